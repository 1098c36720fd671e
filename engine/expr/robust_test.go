package expr_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// functions are the package's own, by name. TestNothingPanics calls them with
// whatever there is.
var functions = map[string]any{
	"Entity": expr.Entity, "EntityOf": expr.EntityOf, "Related": expr.Related, "Load": expr.Load, "LoadAttributes": expr.LoadAttributes, "LoadKinds": expr.LoadKinds,
	"WithCriteria": expr.WithCriteria, "Expand": expr.Expand, "HasEntities": expr.HasEntities, "HasWhole": expr.HasWhole,
	"And": expr.And, "Array": expr.Array, "Binary": expr.Binary, "BinaryOps": expr.BinaryOps, "Bool": expr.Bool, "Bytes": expr.Bytes,
	"Case": expr.Case, "CaseElse": expr.CaseElse, "Cast": expr.Cast, "DateOf": expr.DateOf, "DateTimeOf": expr.DateTimeOf, "Decimal": expr.Decimal,
	"Brief": expr.Brief, "Diff": expr.Diff, "DateDiff": expr.DateDiff, "DateFields": expr.DateFields, "DateTrunc": expr.DateTrunc, "DateUnits": expr.DateUnits, "DependenciesOf": expr.DependenciesOf, "Depth": expr.Depth, "Equal": expr.Equal, "Err": expr.Err, "Exists": expr.Exists, "Extract": expr.Extract, "FieldsOf": expr.FieldsOf, "Float": expr.Float,
	"UnknownFunc": expr.UnknownFunc, "GrantedFunction": expr.GrantedFunction, "NewFunction": expr.NewFunction, "NewFunctionSet": expr.NewFunctionSet,
	"Func": expr.Func, "Functions": expr.Functions, "Hash": expr.Hash, "Instant": expr.Instant, "Int": expr.Int, "Interval": expr.Interval,
	"JSON": expr.JSON, "Join": expr.Join, "LikeOps": expr.LikeOps, "HostLiteral": expr.HostLiteral, "Literal": expr.Literal, "LookupFunction": expr.LookupFunction, "Methods": expr.Methods,
	"NewInterval": expr.NewInterval, "NewParameter": expr.NewParameter, "NewValue": expr.NewValue, "NewWhen": expr.NewWhen, "WhensOf": expr.WhensOf, "Not": expr.Not, "Of": expr.Of, "Opposite": expr.Opposite,
	"Or": expr.Or, "OutputOf": expr.OutputOf, "Param": expr.Param, "ParamDefault": expr.ParamDefault, "ParamOf": expr.ParamOf, "ParseValue": expr.ParseValue,
	"Ref": expr.Ref, "Resolve": expr.Resolve, "Scalar": expr.Scalar, "Select": expr.Select, "Shape": expr.Shape, "AppendShape": expr.AppendShape, "AppendPlanKey": expr.AppendPlanKey, "PlanKeyOf": expr.PlanKeyOf, "NewPattern": expr.NewPattern, "AppendShapeFamily": expr.AppendShapeFamily, "Size": expr.Size, "Sources": expr.Sources, "Sprint": expr.Sprint, "Texts": expr.Texts,
	"Bind":        func(n expr.Node, params map[string]any) (expr.Node, error) { return expr.Bind(n, params) },
	"ParamValues": expr.ParamValues, "ParamWith": expr.ParamWith,
	"Fprint":   func(n expr.Node) error { return expr.Fprint(io.Discard, n) },
	"Subquery": expr.Subquery, "Table": expr.Table, "TableOf": expr.TableOf, "Text": expr.Text, "TimeOf": expr.TimeOf, "TypedLiteral": expr.TypedLiteral,
	"CTE": expr.CTE, "Call": expr.Call, "Compound": expr.Compound, "Count": expr.Count, "CubeOf": expr.CubeOf, "Current": expr.Current, "Following": expr.Following,
	"FrameExcludes": expr.FrameExcludes, "FrameUnits": expr.FrameUnits, "GroupingKinds": expr.GroupingKinds, "GroupingSetsOf": expr.GroupingSetsOf, "Lateral": expr.Lateral,
	"LockStrengths": expr.LockStrengths, "NamedWindow": expr.NamedWindow, "PartitionBy": expr.PartitionBy, "Preceding": expr.Preceding, "Recursive": recursive, "RollupOf": expr.RollupOf,
	"SampleMethods": expr.SampleMethods, "SetOps": expr.SetOps, "Tablesample": expr.Tablesample, "Unbounded": expr.Unbounded, "Values": expr.Values,
	"CanFail": expr.CanFail, "FailsByValue": expr.FailsByValue,
	"RawText": expr.RawText, "LiteralColumn": expr.LiteralColumn,
	"Any": expr.Any, "All": expr.All, "Tuple": expr.Tuple,
	"FunctionGrant": expr.FunctionGrant, "GrantsOf": expr.GrantsOf, "Given": expr.Given, "IsConditional": expr.IsConditional, "CheckData": expr.CheckData, "OptionalParameters": expr.OptionalParameters,
	"BindExcluded": bindExcluded, "ConflictActions": expr.ConflictActions, "Default": expr.Default, "Delete": expr.Delete, "Excluded": expr.Excluded,
	"ExcludedColumn": expr.ExcludedColumn, "GivesRows": expr.GivesRows, "Insert": expr.Insert, "Update": expr.Update,
	"UUID": expr.UUID, "Unary": expr.Unary, "UnaryOps": expr.UnaryOps, "UnknownFunction": expr.UnknownFunction, "ValueOf": expr.ValueOf,
	"JSONAses": expr.JSONAses, "NewList": expr.NewList, "IsZone": expr.IsZone, "ZoneOffset": expr.ZoneOffset,
}

// recursive is expr.Recursive with a step that names what was found, and another.
func recursive(name string, anchor, other expr.Query) []*expr.RecursiveSource {
	return []*expr.RecursiveSource{
		expr.Recursive(name, anchor, nil),
		expr.Recursive(name, anchor, func(expr.Source) expr.Query { return other }),
		expr.Recursive(name, anchor, func(found expr.Source) expr.Query { return expr.Select(found).From(found) }),
	}
}

// bindExcluded is expr.BindExcluded with what it is for.
func bindExcluded(n *expr.InsertStmt, x expr.Expr) []any {
	if n == nil {
		return nil
	}
	return expr.BindExcluded(n, []any{x, []any{x}, set{"name": x}})
}

// plumbing is what only packages that store queries call: with functions of their
// own, a Writer or Reader, and kinds that are Known.
var plumbing = []string{"HostValue", "ListOf", "ResolveUnder", "Children", "Read", "Reading", "Rewrite", "Walk", "Write", "Writing"}

// receivers are values to call methods on, zero ones too. Methods of nil pointers
// panic, as everywhere in Go.
var receivers = []any{
	expr.Expr{}, expr.Item{}, expr.Order{}, expr.When{}, expr.SelectJoin{}, expr.Value{}, expr.Op(0), expr.BinaryOp(0), expr.UnaryOp(0), expr.LikeOp(0),
	expr.JoinKind(0), expr.DateField(0), &expr.Error{}, &expr.Function{}, &expr.Parameter{}, &expr.ParamError{}, expr.ParamProblem{}, &expr.Resolved{}, &expr.Occurrence{}, &expr.SelectStmt{}, &expr.TableSource{},
	&expr.AliasSource{}, &expr.SubquerySource{}, &expr.JoinClause{}, &expr.LiteralExpr{}, &expr.ParamExpr{}, &expr.ColumnExpr{}, &expr.BinaryExpr{},
	&expr.UnaryExpr{}, &expr.LogicExpr{}, &expr.InExpr{}, &expr.BetweenExpr{}, &expr.LikeExpr{}, &expr.CaseExpr{}, &expr.CastExpr{}, &expr.CallExpr{},
	&expr.ArrayExpr{}, &expr.ScalarExpr{}, &expr.ExistsExpr{}, &expr.RefExpr{}, &expr.ExtractExpr{}, &expr.DateTruncExpr{}, &expr.DateDiffExpr{}, &expr.AtTimeZoneExpr{}, &expr.JSONExpr{}, expr.AsJSON, &expr.OverExpr{}, &expr.GroupingExpr{},
	&expr.CTESource{}, &expr.SelfSource{}, &expr.RecursiveSource{}, &expr.ValuesSource{}, &expr.TableFunctionSource{}, &expr.TablesampleSource{}, &expr.CompoundStmt{},
	&expr.CustomExpr{}, expr.GrantRaw, expr.FunctionKind(0), &expr.FunctionSet{}, (*expr.FunctionSet)(nil), expr.FunctionOptions{}, expr.Volatility(0),
	&expr.CustomExpr{}, expr.GrantRaw, &expr.CollateExpr{}, &expr.RegexpExpr{}, &expr.TupleExpr{}, &expr.QuantifiedExpr{}, &expr.GivenExpr{}, &expr.TextExpr{}, &expr.TextStmt{}, expr.Raw{}, expr.RawPlace(0),
	&expr.CommonTable{}, expr.Window{}, expr.Bound{}, expr.Lock{}, expr.SetOp(0), expr.FrameUnit(0), expr.FrameExclude(0), expr.GroupingKind(0), expr.SampleMethod(0), expr.LockStrength(0),
	expr.FrameEdge(0), expr.LockWait(0), expr.Materialized(0),
	&expr.InsertStmt{}, &expr.UpdateStmt{}, &expr.DeleteStmt{}, &expr.ExcludedSource{}, &expr.DefaultExpr{}, expr.Assignment{}, expr.Conflict{}, expr.TargetColumns{}, expr.Restriction{}, expr.ConflictAction(0),
	expr.Change{}, expr.ChangeKind(0),
	&expr.EntitySource{}, &expr.AttributeExpr{}, &expr.EntityExpr{}, &expr.RelatedClause{}, &expr.AnyExpr{}, &expr.LoadOption{}, expr.LoadKind(0),
	&expr.Pattern{}, &expr.Expanded{}, expr.LoadedItem{}, &expr.LoadedEntity{}, &expr.LoadedRelated{},
}

// pool holds values by type for a random caller to take arguments from.
type pool struct {
	*rand.Rand
	values map[reflect.Type][]reflect.Value
	any    []any
	shown  map[expr.Node]string // what a node was when it was made
}

// limit on the values of a type: new ones then replace old ones at random.
const poolSize = 60

func newPool(seed uint64) *pool {
	p := &pool{rand.New(rand.NewPCG(seed, 0)), map[reflect.Type][]reflect.Value{}, nil, map[expr.Node]string{}}
	for _, r := range receivers {
		p.add(reflect.ValueOf(r))
		p.add(reflect.New(reflect.TypeOf(r)).Elem()) // nil, of a pointer
	}
	long := strings.Repeat("long", 30)
	for _, v := range []any{
		"", "id", "name", "n", "orders", "Customers", "\x00", "\xff", "😀", long, "count", "max", "1.5", "2026-01-31", "where", true, false,
		0, 1, -1, 9, 1 << 60, int32(0), int32(-5), int64(1 << 62), int64(-1), 0.0, -1.5, 1e300, []byte(nil), []byte{0, 1}, [16]byte{}, time.Time{}, time.Unix(1<<40, 7), time.Duration(7),
		schema.Unknown, schema.Integer, schema.Text, schema.Date, schema.Boolean, schema.UUID, schema.ArrayOf(schema.Integer), schema.Enum("e", "a"), schema.KindDate, schema.Kind(99),
		(*schema.Table)(nil), new(schema.Table), schema.Detached(nil, ""), schema.Detached([]string{"gone"}, "x"), shop().Lookup("customers"), shop().Lookup("employees"), shop().Lookup("shop", "orders"),
		(*schema.Column)(nil), new(schema.Column), schema.NewColumn("loose", schema.Text), schema.DetachedColumn(shop().Lookup("customers"), "gone", schema.Unknown, true, ""),
		shop().Lookup("customers").Lookup("id"), shop().Lookup("customers").Lookup("name"), shop().Lookup("customers").Lookup("active"), shop().Lookup("customers").Lookup("tags"),
		(*schema.Entity)(nil), new(schema.Entity), schema.DetachedEntity("Gone", ""), shop().LookupEntity("Customer"), shop().LookupEntity("Employee"), (*schema.Relationship)(nil), new(schema.Relationship),
		shop().LookupEntity("Customer").Relationship("orders"), shop().LookupEntity("Employee").Relationship("boss"), (*schema.Attribute)(nil), new(schema.Attribute), shop().LookupEntity("Customer").Attribute("name"),
		entity("Customer"), entity("Employee").Alias("e"), entity("Customer").R("orders"), entity("Employee").R("reports"), load(expr.JoinedLoad, "orders"), load(expr.SelectinLoad, "first_order"), expr.LoadOnly, expr.LoadKind(200),
		expr.BinaryOp(1), expr.OpAdd, expr.BinaryOp(200), expr.OpNot, expr.UnaryOp(200), expr.OpLike, expr.LikeOp(200), expr.InnerJoin, expr.LeftJoin, expr.CrossJoin, expr.JoinKind(200), expr.Year, expr.Hour,
		id(), name(), active(), age(), expr.Of(nil), expr.Of(1), customers(), orders(), customers().Alias("orders"), sums("s"), ids(), names(), report(part{})(),
		expr.Union, expr.Except, expr.SetOp(200), expr.Bernoulli, expr.SampleMethod(200), expr.ForShare, expr.LockStrength(200), expr.SkipLocked, expr.MaterializedAlways, expr.Materialized(200),
		expr.ExcludeTies, expr.FrameExclude(200), framed(), expr.NamedWindow("w"), pair, expr.ColumnType{Name: "id", Type: schema.Integer}, union(), tree("t", "id"), ids().CTE("c"),
		set(nil), set{"id": 1, "name": "x"}, set{"id": expr.Default()}, set{"gone": 1}, []string{"id"}, expr.Excluded(customers()).C("name"),
		expr.Insert(customers()).Values(set{"id": 1}), expr.Update(customers()).Set(set{"id": 1}), expr.Delete(customers()),
		uint8(1), uint64(1 << 63), struct{}{}, make(chan int), (*int)(nil), []any{1}, []expr.Expr{{}}, map[string]int{}, func() {},
	} {
		p.add(reflect.ValueOf(v))
	}
	return p
}

func (p *pool) add(v reflect.Value) {
	if list := p.values[v.Type()]; len(list) < poolSize {
		p.values[v.Type()] = append(list, v)
	} else {
		list[p.IntN(poolSize)] = v
	}
	if len(p.any) < 4*poolSize {
		p.any = append(p.any, v.Interface())
	} else {
		p.any[p.IntN(len(p.any))] = v.Interface()
	}
}

// arg makes an argument of a type, or reports that there is none.
func (p *pool) arg(t reflect.Type) (reflect.Value, bool) {
	switch {
	case t.Kind() == reflect.Func:
		return reflect.Value{}, false
	case t == reflect.TypeFor[any]():
		if p.IntN(30) == 0 {
			return reflect.Zero(t), true
		}
		return reflect.ValueOf(&p.any[p.IntN(len(p.any))]).Elem(), true
	case t.Kind() == reflect.Interface:
		var fits []reflect.Value
		for _, v := range p.any {
			if v != nil && reflect.TypeOf(v).Implements(t) {
				fits = append(fits, reflect.ValueOf(v))
			}
		}
		if len(fits) == 0 || p.IntN(30) == 0 {
			return reflect.Zero(t), true
		}
		return fits[p.IntN(len(fits))], true
	case len(p.values[t]) > 0:
		return p.values[t][p.IntN(len(p.values[t]))], true
	}
	return reflect.Zero(t), true
}

// call calls a function with random arguments and keeps what comes of it.
func (p *pool) call(t testing.TB, what string, f reflect.Value) {
	typ := f.Type()
	var args []reflect.Value
	for i := range typ.NumIn() {
		in := typ.In(i)
		if !typ.IsVariadic() || i < typ.NumIn()-1 {
			a, ok := p.arg(in)
			if !ok {
				return
			}
			args = append(args, a)
			continue
		}
		for range p.IntN(4) {
			if a, ok := p.arg(in.Elem()); ok {
				args = append(args, a)
			}
		}
	}
	defer func() {
		if r := recover(); r != nil {
			for i, a := range args {
				t.Logf("argument %d: %s %#v", i, a.Type(), a)
			}
			t.Fatalf("%s panics: %v", what, r)
		}
	}()
	for _, out := range f.Call(args) {
		p.keep(t, what, out)
	}
}

func (p *pool) keep(t testing.TB, what string, out reflect.Value) {
	if out.Kind() == reflect.Interface {
		if out.IsNil() {
			return
		}
		out = out.Elem()
	}
	if out.Kind() == reflect.Pointer && out.IsNil() {
		return
	}
	v := out.Interface()
	if err, ok := v.(error); ok {
		faultOf(t, err)
		require.NotContains(t, err.Error(), "%!")
	}
	n, isNode := v.(expr.Node)
	if x, ok := v.(expr.Expr); ok && !x.IsZero() {
		n, isNode = x.Node(), true
	}
	if isNode {
		if expr.Size(n) > 300 || expr.Depth(n) > 60 {
			return
		}
		if _, known := p.shown[n]; !known && n.Op().Known() {
			exercise(t, n)
			p.shown[n] = expr.Sprint(n)
		}
	}
	p.add(out)
}

// isResolved reports whether a node is of a tree that Resolve made, which is not
// to be stored.
func isResolved(n expr.Node) (resolved bool) {
	expr.Walk(n, func(n expr.Node) bool {
		resolved = resolved || !n.Op().Known()
		return true
	})
	return resolved
}

// TestNothingPanics: every function and method survives zero values, nil and nil
// pointers, and anything made of them; the error is in what it returns. No tree
// that was made ever changes, and a good one can be stored and read.
func TestNothingPanics(t *testing.T) {
	funcs, types := exportedFuncs(goFiles(t))
	for _, f := range funcs {
		assert.True(t, functions[f] != nil || slices.Contains(plumbing, f), "function %s is not tried", f)
	}
	tried := []string{"Fields", "List", "Memo"} // plumbing; a list's index is a slice's
	for _, r := range receivers {
		tried = append(tried, strings.TrimPrefix(strings.TrimPrefix(fmt.Sprintf("%T", r), "*"), "expr."))
	}
	assert.Subset(t, tried, types, "types whose methods are not tried")

	rounds := 40
	if testing.Short() {
		rounds = 10
	}
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			p := newPool(seed)
			for range rounds {
				for name, f := range functions {
					p.call(t, name, reflect.ValueOf(f))
				}
				for _, r := range receivers {
					typ := reflect.TypeOf(r)
					v, _ := p.arg(typ)
					for i := range typ.NumMethod() {
						if v.Kind() == reflect.Pointer && v.IsNil() {
							if typ != reflect.TypeFor[*expr.SelectStmt]() || typ.Method(i).Type.NumOut() != 1 || typ.Method(i).Type.Out(0) != typ {
								continue
							}
						}
						p.call(t, fmt.Sprintf("(%s).%s", typ, typ.Method(i).Name), v.Method(i))
					}
				}
			}
			good := 0
			for n, was := range p.shown {
				require.Equal(t, was, expr.Sprint(n), "a tree has changed")
				if expr.Err(n) != nil || isResolved(n) {
					continue
				}
				good++
				again, err := play(recordOf(n))
				require.NoError(t, err, "what is built cannot be read\n%s", was)
				require.True(t, expr.Equal(n, again), was)
			}
			t.Logf("%d trees, %d good", len(p.shown), good)
			require.Greater(t, good, len(p.shown)/50, "hardly any tree is good")
		})
	}
}
