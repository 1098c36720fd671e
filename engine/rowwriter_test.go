package engine_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func TestRowWriter(t *testing.T) {
	columns := []engine.Column{{Name: "id", Type: schema.BigInteger}, {Name: "name", Type: schema.Text}}
	row := []expr.Value{expr.Int(1), {}}
	for _, c := range []struct {
		name                string
		open                func(io.Writer, []engine.Column) (*engine.RowWriter, error)
		none, whole, broken string
	}{
		{"json", engine.NewJSONWriter, "[]\n", "[\n{\"id\":1,\"name\":null}\n]\n", "[\n{\"id\":1,\"name\":null}"},
		{"jsonl", engine.NewJSONLWriter, "", "{\"id\":1,\"name\":null}\n", "{\"id\":1,\"name\":null}\n{"},
		{"csv", engine.NewCSVWriter, "id,name\n", "id,name\n1,\n", "id,name\n1,\n\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			end := func(rows int, end func(*engine.RowWriter) error) string {
				b.Reset()
				w, err := c.open(&b, columns)
				require.NoError(t, err)
				for range rows {
					require.NoError(t, w.Row(row))
				}
				require.NoError(t, end(w))
				return b.String()
			}
			require.Equal(t, c.none, end(0, (*engine.RowWriter).End))
			require.Equal(t, c.whole, end(1, (*engine.RowWriter).End))
			require.Equal(t, c.broken, end(1, (*engine.RowWriter).Abort))
			require.Empty(t, end(0, (*engine.RowWriter).Abort))
		})
	}
	_, err := engine.NewJSONWriter(io.Discard, []engine.Column{columns[0], columns[0]})
	require.Error(t, err)
}
