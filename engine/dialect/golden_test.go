package dialect

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
)

var update = flag.Bool("update", false, "write the golden files")

// said is what a dialect makes of a case: text and arguments, or the error.
func said(t *testing.T, d *Dialect, g golden) string {
	s, err := d.Compile(admit(t, g.q))
	if err != nil {
		var typed *Error
		require.ErrorAs(t, err, &typed, g.name)
		assert.Equal(t, d.Name(), typed.Dialect)
		return string(typed.Code) + "\n" + err.Error()
	}
	args, err := s.Args(g.params)
	if err != nil {
		var typed *Error
		require.ErrorAs(t, err, &typed, g.name)
		return s.SQL() + "\n" + string(typed.Code) + "\n" + err.Error()
	}
	shown := make([]string, len(args))
	for i, a := range args {
		shown[i] = fmt.Sprintf("%T %#v", a, a)
		if a == nil {
			shown[i] = "nil"
		}
	}
	return s.SQL() + "\n[" + strings.Join(shown, ", ") + "]"
}

func TestGolden(t *testing.T) {
	f := newFixture(t)
	for _, d := range All() {
		t.Run(d.Name(), func(t *testing.T) {
			var b strings.Builder
			for _, g := range cases(t, f) {
				fmt.Fprintf(&b, "-- %s\n%s\n\n", g.name, said(t, d, g))
			}
			file := filepath.Join("testdata", d.Name()+".golden")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			if string(want) == b.String() {
				return
			}
			wanted := strings.Split(string(want), "\n\n")
			for i, g := range strings.Split(b.String(), "\n\n") {
				if i >= len(wanted) || wanted[i] != g {
					require.Equal(t, strings.Join(wanted[min(i, len(wanted)):min(i+1, len(wanted))], ""), g)
				}
			}
			t.Fatal("the golden file has more cases")
		})
	}
}

// TestSQLiteRuns runs each case that SQLite can say.
func TestSQLiteRuns(t *testing.T) {
	f := newFixture(t)
	db := openSQLite(t, f.meta.Tables()...)
	_, err := db.Exec(`INSERT INTO users VALUES (100, NULL, 'ann', '[1]', 30, 2.5, 12.5, 1, '2000-01-31', '06:30:00', '2026-01-31 13:45:00.5', '2026-01-31 13:45:00+00:00', NULL, '{"a":1}', x'00', 'ok')`)
	require.NoError(t, err)
	exec := func(statements ...string) {
		for _, s := range statements {
			_, err := db.Exec(s)
			require.NoError(t, err, s)
		}
	}
	exec("CREATE UNIQUE INDEX users_key ON users (id)", "CREATE UNIQUE INDEX users_email ON users (email)", "CREATE UNIQUE INDEX users_active ON users (email) WHERE active",
		"CREATE UNIQUE INDEX addresses_key ON addresses (id)", "CREATE UNIQUE INDEX addresses_email ON addresses (user_id, email)", "CREATE UNIQUE INDEX app.events_key ON events (id)")
	for _, g := range cases(t, f) {
		t.Run(g.name, func(t *testing.T) {
			exec("SAVEPOINT before")
			defer exec("ROLLBACK TO before", "RELEASE before")
			s, err := SQLite.Compile(admit(t, g.q))
			if err != nil {
				return // TestGolden has the error
			}
			rows(t, db, s, g.params)
		})
	}
}

// TestCasesAreComplete enumerates what the cases must have.
func TestCasesAreComplete(t *testing.T) {
	f := newFixture(t)
	kinds, functions := map[expr.Op]bool{}, map[string]bool{}
	binary, unary, match := map[expr.BinaryOp]bool{}, map[expr.UnaryOp]bool{}, map[expr.LikeOp]bool{}
	names := map[string]bool{}
	for _, g := range cases(t, f) {
		assert.False(t, names[g.name], "%q stands twice", g.name)
		names[g.name] = true
		expr.Walk(g.q, func(n expr.Node) bool {
			kinds[n.Op()] = true
			switch n := n.(type) {
			case *expr.BinaryExpr:
				binary[n.Operator()] = true
			case *expr.UnaryExpr:
				unary[n.Operator()] = true
			case *expr.LikeExpr:
				match[n.Operator()] = true
			case *expr.CallExpr:
				functions[n.Function().Name()] = true
			}
			return true
		})
	}
	for op := expr.Op(1); op.Known(); op++ {
		assert.True(t, kinds[op], "no case has %s", op)
	}
	for _, op := range expr.BinaryOps() {
		assert.True(t, binary[op], "no case has %s", op)
	}
	for _, op := range expr.UnaryOps() {
		assert.True(t, unary[op], "no case has %s", op)
	}
	for _, op := range expr.LikeOps() {
		assert.True(t, match[op], "no case has %s", op)
	}
	for _, fn := range expr.Functions().All() {
		assert.True(t, functions[fn.Name()], "no case has %s", fn.Name())
	}
}

// unreachable are the kinds that resolving replaces, and a label, which ORDER BY
// writes by itself.
var unreachable = map[expr.Op]bool{expr.OpRef: true, expr.OpTable: true, expr.OpAlias: true, expr.OpSubquery: true,
	expr.OpCTE: true, expr.OpSelf: true, expr.OpRecursive: true, expr.OpValues: true, expr.OpTableFunction: true, expr.OpTablesample: true, expr.OpExcluded: true, expr.OpGiven: true,
	expr.OpEntity: true, expr.OpAttribute: true, expr.OpWhole: true, expr.OpRelated: true, expr.OpAny: true, expr.OpLoad: true}

func TestEveryKindHasAWriter(t *testing.T) {
	for _, d := range All() {
		for op := expr.Op(1); op.Known(); op++ {
			assert.Equal(t, unreachable[op], d.writers[op] == nil, "%s: %s", d, op)
		}
		for _, fn := range expr.Functions().All() {
			assert.Contains(t, d.functions, fn.Name(), "%s", d)
		}
		assert.Len(t, d.functions, expr.Functions().Len(), "%s has functions that are none of the catalogue", d)
	}
	for _, op := range expr.BinaryOps() {
		if op != expr.OpConcat && op != expr.OpIDiv && op != expr.OpBitXor { // those have no sign that all share
			assert.NotEmpty(t, signs[op].text, "%s", op)
		}
	}
	for kind := expr.JoinKind(1); kind.String() != "unknown join"; kind++ {
		assert.Equal(t, " "+kind.String()+" ", joins[kind])
	}
}
