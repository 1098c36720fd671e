package scripts

import (
	"database/sql"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/testdb"
)

// handwritten is a query in Lua, and SQL of the same meaning that people wrote.
type handwritten struct {
	name, lua string
	sql       map[string]string // by database; "" for all others
	refused   []string          // the databases that cannot say it
	ordered   bool
}

var handwrittenLine = regexp.MustCompile(`^-- (sql|refused|ordered)(?: (\w+))?(?:: (.*))?$`)

// readHandwritten reads testdata/handwritten.txt: a title, Lua, and comments that say the rest.
func readHandwritten(t *testing.T) (all []*handwritten) {
	text, err := os.ReadFile("testdata/handwritten.txt")
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "--- "); ok {
			all = append(all, &handwritten{name: strings.TrimSpace(name), sql: map[string]string{}})
			continue
		}
		h := all[len(all)-1]
		switch m := handwrittenLine.FindStringSubmatch(strings.TrimSuffix(line, "\n")); {
		case m == nil:
			h.lua += line
		case m[1] == "sql":
			h.sql[m[2]] = m[3]
		case m[1] == "refused":
			h.refused = strings.Split(m[3], ", ")
		default:
			h.ordered = true
		}
	}
	return all
}

// TestHandwritten: queries of the sort that SQLAlchemy's documentation and tests have give the rows
// that SQL gives which people wrote for each database, from the script and from its bytes.
func TestHandwritten(t *testing.T) {
	ctx := t.Context()
	data, meta := openDemo(ctx, t)
	lite := engine.New(data, dialect.SQLite).Session(engine.WithPolicy(policy.Unrestricted()))
	rt, err := luabind.New(meta, luabind.WithLimits(luabind.Limits{Time: -1}))
	require.NoError(t, err)
	all := readHandwritten(t)
	require.Greater(t, len(all), 100)
	for _, name := range testdb.Names {
		t.Run(name, func(t *testing.T) {
			db, sess := data, lite
			if name != "sqlite" {
				server := testdb.Open(t, name)
				server.Script(t, demoSchema(name)...)
				db, sess = server.DB, engine.New(server.DB, server.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
				copyRows(ctx, t, lite, sess, meta)
			}
			for _, h := range all {
				t.Run(h.name, func(t *testing.T) {
					values, err := rt.Run(ctx, "query.lua", h.lua)
					require.NoError(t, err)
					b, err := serializer.Dumps(values[0])
					require.NoError(t, err)
					loaded, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
					require.NoError(t, err)
					got, err := cells(ctx, sess, loaded.Root.(expr.Statement))
					if slices.Contains(h.refused, name) {
						var e *dialect.Error
						require.ErrorAs(t, err, &e)
						return
					}
					require.NoError(t, err)
					reference, ok := h.sql[name]
					if !ok {
						reference = h.sql[""]
					}
					require.NotEmpty(t, reference)
					want := plainRows(t, db, reference)
					got = got[:len(got)-1] // the names
					for _, row := range got {
						for i := range row {
							row[i] = alike(row[i])
						}
					}
					if !h.ordered {
						slices.SortFunc(got, slices.Compare[[]string])
						slices.SortFunc(want, slices.Compare[[]string])
					}
					require.Equal(t, want, got)
				})
			}
		})
	}
}

// plainRows runs SQL as it is.
func plainRows(t *testing.T, db *sql.DB, text string) (all [][]string) {
	rows, err := db.QueryContext(t.Context(), text)
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	all = [][]string{}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(t, rows.Scan(into...))
		row := make([]string, len(values))
		for i, v := range values {
			switch v := v.(type) {
			case nil:
				row[i] = "NULL" // as Value.Plain has it
			case []byte:
				row[i] = alike(string(v))
			case time.Time:
				row[i] = alike(v.Format("2006-01-02 15:04:05"))
			default:
				row[i] = alike(fmt.Sprint(v))
			}
		}
		all = append(all, row)
	}
	require.NoError(t, rows.Err())
	return all
}

// alike is what drivers and the engine show differently: numbers, booleans, days.
func alike(text string) string {
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return strconv.FormatFloat(f, 'g', 9, 64)
	}
	if b, err := strconv.ParseBool(text); err == nil {
		return map[bool]string{true: "1", false: "0"}[b]
	}
	return strings.TrimSuffix(text, " 00:00:00")
}
