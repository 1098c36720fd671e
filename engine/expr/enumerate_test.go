package expr_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestEveryNodeTypeIsAKind: a struct on one of the bases that names its fields is
// made by some fixture, so it is in Specs, under its own Op.
func TestEveryNodeTypeIsAKind(t *testing.T) {
	files := goFiles(t)
	types := embedsAny(files, "base", "exprState", "value", "source")
	made := map[string]expr.Op{}
	for _, op := range everyOp() {
		for _, fix := range fixtures[op] {
			n := fix.make()
			require.Equal(t, op, n.Op())
			typ := strings.TrimPrefix(fmt.Sprintf("%T", n), "*expr.")
			if was, known := made[typ]; known {
				require.Equal(t, was, op, "%s is of two kinds", typ)
			}
			made[typ] = op
		}
	}
	for _, typ := range types {
		if slices.Contains([]string{"exprState", "value", "source", "Occurrence"}, typ) { // bases; what only a resolved tree has
			continue
		}
		assert.Contains(t, made, typ, "it is no kind, or it has no fixture")
		assert.Contains(t, methodsOf(files, typ), "fields", typ)
		delete(made, typ)
	}
	assert.Empty(t, made, "kinds without a type of their own")
}

func TestEveryOpHasASpec(t *testing.T) {
	names, start := constsOf(t, goFiles(t), "Op")
	require.Equal(t, 1, start, "0 is no kind")
	require.Len(t, everyOp(), len(names))
	require.Len(t, expr.Specs, len(names)+1)
	assert.Equal(t, expr.Spec{}.Name, expr.Specs[0].Name)
	seen := map[string]expr.Op{}
	for _, op := range everyOp() {
		s := expr.Specs[op]
		assert.NotEmpty(t, s.Name, op)
		assert.NotEmpty(t, s.Doc, op)
		assert.NotContains(t, seen, s.Name, "two kinds of one name")
		assert.Equal(t, strings.ToLower(s.Name), s.Name)
		assert.Equal(t, s.Name, op.String())
		seen[s.Name] = op
	}
	for _, op := range []expr.Op{0, expr.Op(len(expr.Specs)), 255} {
		assert.False(t, op.Known())
		assert.Equal(t, fmt.Sprintf("node kind %d", op), op.String())
	}
}

// pins are the numbers and names that stored queries hold.
func pins(t *testing.T) (lines []string) {
	files := goFiles(t)
	pin := func(typ string, show func(int) string) {
		names, start := constsOf(t, files, typ)
		for i, name := range names {
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %d %s %s", typ, start+i, name, show(start+i))))
		}
	}
	pin("Op", func(i int) string { return expr.Op(i).String() })
	pin("BinaryOp", func(i int) string { return expr.BinaryOp(i).String() })
	pin("UnaryOp", func(i int) string { return expr.UnaryOp(i).String() })
	pin("LikeOp", func(i int) string { return expr.LikeOp(i).String() })
	pin("JoinKind", func(i int) string { return expr.JoinKind(i).String() })
	pin("DateField", func(i int) string { return expr.DateField(i).String() })
	pin("SetOp", func(i int) string { return expr.SetOp(i).String() })
	pin("GroupingKind", func(i int) string { return expr.GroupingKind(i).String() })
	pin("FrameUnit", func(i int) string { return expr.FrameUnit(i).String() })
	pin("FrameExclude", func(i int) string { return expr.FrameExclude(i).String() })
	pin("LockStrength", func(i int) string { return expr.LockStrength(i).String() })
	pin("ConflictAction", func(i int) string { return expr.ConflictAction(i).String() })
	pin("SampleMethod", func(i int) string { return expr.SampleMethod(i).String() })
	pin("LoadKind", func(i int) string { return expr.LoadKind(i).String() })
	pin("JSONAs", func(i int) string { return expr.JSONAs(i).String() })
	for _, typ := range []string{"RawPlace", "Nulls", "FrameEdge", "LockWait", "Materialized"} {
		pin(typ, func(int) string { return "" })
	}
	for _, k := range schema.Kinds() {
		lines = append(lines, fmt.Sprintf("schema.Kind %d %s", k, k))
	}
	for _, fn := range expr.Functions().All() {
		lines = append(lines, "Function "+fn.Name())
	}
	for _, op := range everyOp() {
		for _, f := range wireFields(op) {
			lines = append(lines, fmt.Sprintf("field %s %d %s", op.String()+f.in, f.number, f.name))
		}
	}
	return lines
}

// wireField is a field by its number among those of its node, or of a part in it.
type wireField struct {
	in     string // ".columns"
	number int
	name   string
}

// wireFields lists the fields of a kind in wire order, those of parts behind the
// list that they are in. No fixture has them all.
func wireFields(op expr.Op) (fields []wireField) {
	seen := map[wireField]bool{}
	parts := map[string][]wireField{}
	for _, fix := range fixtures[op] {
		count := map[string]int{}
		for _, path := range fieldsOf(fix.make()).order {
			cut := strings.LastIndexByte("."+path, '.')
			in, name := ("." + path)[:cut], ("." + path)[cut+1:]
			count[in]++
			if f := (wireField{in, count[in], name}); !seen[f] {
				seen[f] = true
				parts[in] = append(parts[in], f)
			}
		}
	}
	var add func(in string)
	add = func(in string) {
		for _, f := range parts[in] {
			fields = append(fields, f)
			add(f.in + "." + f.name)
		}
	}
	add("")
	return fields
}

// TestWireCodesStay: codes, names and the order of fields are in stored queries for
// ever. A line of ops.golden is never changed, -update only adds.
func TestWireCodesStay(t *testing.T) {
	path := filepath.Join("testdata", "ops.golden")
	old, err := os.ReadFile(path)
	if !*update {
		require.NoError(t, err)
	}
	was := strings.Split(strings.TrimSuffix(string(old), "\n"), "\n")
	if len(old) == 0 {
		was = nil
	}
	is := pins(t)
	for _, typ := range codeTypes(goFiles(t)) {
		stored := !slices.Contains([]string{"Receiver", "ArgKind", "FunctionKind", "Volatility", "ChangeKind"}, typ)
		require.Equal(t, stored, slices.ContainsFunc(is, func(line string) bool { return strings.HasPrefix(line, typ+" ") }), "the codes of %s", typ)
	}
	for _, line := range was {
		require.Contains(t, is, line, "stored queries have it: it must stay")
	}
	added := slices.DeleteFunc(slices.Clone(is), func(line string) bool { return slices.Contains(was, line) })
	numbers := map[string]string{}
	for _, line := range append(was, added...) { // a new name for an old number is a change, too
		words := strings.Fields(line)
		number := map[string]int{"Function": 2, "field": 3}[words[0]]
		key := strings.Join(words[:max(number, 2)], " ")
		require.Empty(t, numbers[key], "%q is new", line)
		numbers[key] = line
	}
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(strings.Join(append(was, added...), "\n")+"\n"), 0o644))
		return
	}
	require.Empty(t, added, "new: run go test -update to pin them")
}

func TestOperatorsAreListed(t *testing.T) {
	files := goFiles(t)
	count := func(typ string) int { names, _ := constsOf(t, files, typ); return len(names) }
	check := func(typ string, listed []fmt.Stringer, unknown ...fmt.Stringer) {
		t.Run(typ, func(t *testing.T) {
			assert.Len(t, listed, count(typ))
			seen := map[string]bool{}
			for _, op := range listed {
				assert.False(t, seen[op.String()], op)
				assert.NotContains(t, op.String(), "unknown")
				seen[op.String()] = true
			}
			for _, op := range unknown {
				assert.Contains(t, op.String(), "unknown")
			}
		})
	}
	n := expr.BinaryOp(len(expr.BinaryOps()) + 1)
	check("BinaryOp", stringers(expr.BinaryOps()), expr.BinaryOp(0), n, expr.BinaryOp(255))
	check("UnaryOp", stringers(expr.UnaryOps()), expr.UnaryOp(0), expr.UnaryOp(255))
	check("LikeOp", stringers(expr.LikeOps()), expr.LikeOp(0), expr.LikeOp(255))
	check("JoinKind", stringers([]expr.JoinKind{expr.InnerJoin, expr.LeftJoin, expr.FullJoin, expr.CrossJoin}), expr.JoinKind(0), expr.JoinKind(255))
	check("DateField", stringers(expr.DateFields()), expr.DateField(0), expr.DateField(255))
	check("SetOp", stringers(expr.SetOps()), expr.SetOp(0), expr.SetOp(255))
	check("GroupingKind", stringers(expr.GroupingKinds()), expr.GroupingKind(0), expr.GroupingKind(255))
	check("FrameUnit", stringers(expr.FrameUnits()), expr.FrameUnit(0), expr.FrameUnit(255))
	check("FrameExclude", stringers(expr.FrameExcludes()), expr.FrameExclude(255))
	check("LockStrength", stringers(expr.LockStrengths()), expr.LockStrength(0), expr.LockStrength(255))
	check("ConflictAction", stringers(expr.ConflictActions()), expr.ConflictAction(0), expr.ConflictAction(255))
	check("LoadKind", stringers(expr.LoadKinds()), expr.LoadKind(0), expr.LoadKind(255))
	check("SampleMethod", stringers(expr.SampleMethods()), expr.SampleMethod(0), expr.SampleMethod(255))
	for _, op := range expr.BinaryOps() {
		assert.Equal(t, op.IsComparison(), slices.Contains([]string{"=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"}, op.String()), op)
	}
}

func stringers[T fmt.Stringer](list []T) (all []fmt.Stringer) {
	for _, v := range list {
		all = append(all, v)
	}
	return all
}

func TestFunctionsAreListed(t *testing.T) {
	var names []string
	for _, fn := range expr.Functions().All() {
		names = append(names, fn.Name())
		assert.Same(t, fn, expr.LookupFunction(fn.Name()))
		assert.True(t, fn.IsKnown())
		assert.NotEmpty(t, fn.Doc(), fn.Name())
		assert.True(t, strings.HasPrefix(fn.Signature(), fn.Name()+"("), fn.Signature())
	}
	assert.True(t, slices.IsSorted(names))
	assert.Equal(t, slices.Compact(slices.Clone(names)), names)
	assert.Nil(t, expr.LookupFunction("Count"))
	assert.False(t, expr.UnknownFunction("count").IsKnown())
	for name, want := range map[string]string{
		"count": "count([any])", "substr": "substr(text, integer[, integer])", "coalesce": "coalesce(any, any, ...)",
		"round": "round(number[, integer])", "replace": "replace(text, text, text)", "sum": "sum(number)",
	} {
		assert.Equal(t, want, expr.LookupFunction(name).Signature())
	}
}
