package tests

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

type writeFunc = func(context.Context, io.Writer, *engine.Session, expr.Node, engine.Params) (int64, error)

func TestWriters(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		blob := map[string]string{"sqlite": "BLOB", "postgres": "BYTEA", "mariadb": "BLOB"}[db.Name]
		boolean := map[string]string{"sqlite": "BOOLEAN", "postgres": "BOOLEAN", "mariadb": "BOOLEAN"}[db.Name]
		db.Script(t, "CREATE TABLE w (id BIGINT PRIMARY KEY, s VARCHAR(30), d NUMERIC(20,4), f DOUBLE PRECISION, y DATE, b "+blob+", ok "+boolean+", j JSON)")
		m := schema.NewMetaData()
		m.Table("w", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("s", schema.String(30)),
			schema.NewColumn("d", schema.Numeric(20, 4)), schema.NewColumn("f", schema.Double), schema.NewColumn("y", schema.Date),
			schema.NewColumn("b", schema.LargeBinary), schema.NewColumn("ok", schema.Boolean), schema.NewColumn("j", schema.JSON))
		require.NoError(t, m.Freeze())
		w := expr.Table(m.Lookup("w"))
		sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		ctx := context.Background()
		db.Script(t, `INSERT INTO w (id, s, d, f, y, ok, j) VALUES (9007199254740993, 'a "b",`+"\n"+`<c>', 1234567890123456.7891, 0.1, '2024-02-29', TRUE, '{"k":`+"\n"+` [1]}')`,
			`INSERT INTO w (id, s) VALUES (9007199254740994, '')`, `INSERT INTO w (id) VALUES (9007199254740995)`)
		_, err := sess.Exec(ctx, expr.Update(w).Set(expr.Assign{"b": []byte{0, 255}}).Where(w.C("ok").Eq(true)), nil)
		require.NoError(t, err)
		query := expr.Select(w.C("id"), w.C("s"), w.C("d"), w.C("f"), w.C("y"), w.C("b"), w.C("ok"), w.C("j")).OrderBy(w.C("id"))
		var out bytes.Buffer
		n, err := engine.WriteJSONL(ctx, &out, sess, query, nil)
		require.NoError(t, err)
		require.EqualValues(t, 3, n)
		dec := `"1234567890123456.7891"`
		if db.Name == "sqlite" { // keeps decimals as floats
			dec = out.String()[strings.Index(out.String(), `"d":`)+4 : strings.Index(out.String(), `,"f"`)]
			require.Regexp(t, `^"1234567890123[0-9.]+"$`, dec)
		}
		lines := []string{
			`{"id":"9007199254740993","s":"a \"b\",\n<c>","d":` + dec + `,"f":0.1,"y":"2024-02-29","b":"AP8=","ok":true,"j":{"k":[1]}}`,
			`{"id":"9007199254740994","s":"","d":null,"f":null,"y":null,"b":null,"ok":null,"j":null}`,
			`{"id":"9007199254740995","s":null,"d":null,"f":null,"y":null,"b":null,"ok":null,"j":null}`,
		}
		require.Equal(t, strings.Join(lines, "\n")+"\n", out.String())
		out.Reset()
		_, err = engine.WriteJSON(ctx, &out, sess, query, nil)
		require.NoError(t, err)
		require.Equal(t, "[\n"+strings.Join(lines, ",\n")+"\n]\n", out.String())
		out.Reset()
		_, err = engine.WriteJSON(ctx, &out, sess, query.Where(w.C("id").Lt(0)), nil)
		require.NoError(t, err)
		require.Equal(t, "[]\n", out.String())
		out.Reset()
		_, err = engine.WriteCSV(ctx, &out, sess, expr.Select(w.C("id"), w.C("s"), w.C("b"), w.C("y")).OrderBy(w.C("id")), nil)
		require.NoError(t, err)
		require.Equal(t, "id,s,b,y\n9007199254740993,\"a \"\"b\"\",\n<c>\",AP8=,2024-02-29\n9007199254740994,\"\",,\n9007199254740995,,,\n", out.String())
		out.Reset()
		_, err = engine.WriteCSV(ctx, &out, sess, expr.Select(w.C("s")).OrderBy(w.C("id")), nil)
		require.NoError(t, err)
		records, err := csv.NewReader(&out).ReadAll()
		require.NoError(t, err)
		require.Len(t, records, 4)
		_, err = engine.WriteJSON(ctx, &out, sess, expr.Select(w.C("s"), w.C("id").Label("s")).OrderBy(w.C("id")), nil)
		require.Error(t, err, "two columns of one name")
	})
}

// TestBrokenStreamIsNoDocument breaks each format in mid-stream.
func TestBrokenStreamIsNoDocument(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		a := openAccounts(t, db)
		query := a.many(t)
		for name, c := range writeFormats {
			var out bytes.Buffer
			_, err := c.write(context.Background(), &out, a.sess, query.(*expr.SelectStmt).Limit(50), nil)
			require.NoError(t, err)
			require.NoError(t, c.whole(out.Bytes()), name)

			ctx, cancel := context.WithCancel(context.Background())
			out.Reset()
			n, err := c.write(ctx, writeAnd(func(b []byte) (int, error) {
				cancel()
				return out.Write(b)
			}), a.sess, query, nil)
			cancel()
			requireCode(t, err, engine.CodeCancelled)
			require.Positive(t, n)
			require.Greater(t, out.Len(), 1000)
			require.Error(t, c.whole(out.Bytes()), name)

			broken := errors.New("the reader is gone")
			_, err = c.write(context.Background(), writeAnd(func([]byte) (int, error) { return 0, broken }), a.sess, query, nil)
			require.ErrorIs(t, err, broken)

			out.Reset()
			done, cancel := context.WithCancel(context.Background())
			cancel()
			_, err = c.write(done, &out, a.sess, query, nil)
			requireCode(t, err, engine.CodeCancelled)
			require.Zero(t, out.Len())
		}
	})
}

// writeFormats are the formats that rows are written in, and who reads them whole.
var writeFormats = map[string]struct {
	write writeFunc
	whole func([]byte) error
}{
	"json":  {engine.WriteJSON, func(b []byte) error { return json.Unmarshal(b, new([]any)) }},
	"jsonl": {engine.WriteJSONL, everyLine},
	"csv":   {engine.WriteCSV, func(b []byte) error { _, err := csv.NewReader(bytes.NewReader(b)).ReadAll(); return err }},
}

// TestBrokenStreamThroughHTTP has the server lose the connection in mid-stream, and a client read
// what a handler made of it: no document where the handler just ends, and an error of the
// transfer where it aborts; then it is chance how much of the end still came.
func TestBrokenStreamThroughHTTP(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		a := openAccounts(t, db)
		query := a.many(t)
		server, has := servers[db.Name]
		for name, c := range writeFormats {
			for _, aborts := range []bool{false, true} {
				var failed error
				s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					conn, err := db.Conn(r.Context())
					require.NoError(t, err)
					defer conn.Close()
					id := 0
					if has {
						require.NoError(t, conn.QueryRowContext(r.Context(), server.id).Scan(&id))
					}
					ctx, cancel := context.WithCancel(r.Context())
					defer cancel()
					_, failed = c.write(ctx, writeAnd(func(b []byte) (int, error) {
						if !has {
							cancel()
						} else if id != 0 {
							_, err := db.ExecContext(r.Context(), fmt.Sprintf(server.kill, id))
							require.NoError(t, err)
							id = 0
						}
						return w.Write(b)
					}), a.on(conn), query, nil)
					if failed != nil && aborts {
						panic(http.ErrAbortHandler)
					}
				}))
				answer, err := s.Client().Get(s.URL)
				require.NoError(t, err)
				require.Equal(t, http.StatusOK, answer.StatusCode)
				body, err := io.ReadAll(answer.Body)
				require.NoError(t, answer.Body.Close())
				s.Close()
				require.Equal(t, aborts, err != nil, "%v", err)
				require.Equal(t, map[bool]engine.Code{true: engine.CodeConnection, false: engine.CodeCancelled}[has], engine.CodeOf(failed), "%v", failed)
				require.Greater(t, len(body), 1000)
				if !aborts {
					require.Error(t, c.whole(body), name)
				}
			}
		}
		require.EqualValues(t, 10, a.cents(t, 1), "others work")
	})
}

type writeAnd func(b []byte) (int, error)

func (f writeAnd) Write(b []byte) (int, error) { return f(b) }

func everyLine(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	for {
		if err := d.Decode(new(map[string]any)); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
	}
}
