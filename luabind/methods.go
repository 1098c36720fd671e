package luabind

import (
	"cmp"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
)

// method is a row of expr.Methods, or one of the binding's own, which make no
// nodes: then host does the work.
type method struct {
	expr.Method
	host  func(st *State, self any, args []any) ([]lua.LValue, error)
	gives string // what annotations say of its result; "" for what it makes, or any
	pure  bool   // host asks nobody: the same gives the same
}

// The kinds of arguments of the binding's own methods.
const (
	argTable     expr.ArgKind = 100 + iota
	argStatement              // an expr.Statement that gives rows
	argChange                 // an expr.Statement that gives none, or whose rows are lost
	argFunction               // *lua.LFunction
	argNode                   // expr.Node: a statement, an expression, a source or a join
)

func allMethods() []*method {
	var all []*method
	for _, m := range expr.Methods() {
		all = append(all, &method{Method: m})
	}
	return slices.Concat(all, queryMethods(), sessionMethods(), methodsOfRows())
}

// builderNames are the names by which the rewriter knows a call that builds: methods
// and functions.
func (rt *Runtime) builderNames() map[string]bool {
	all := map[string]bool{}
	for _, methods := range rt.methods {
		for name, m := range methods {
			if m.host == nil {
				all[name] = true
			}
		}
	}
	for _, name := range rt.own.Names() {
		all[name] = true
	}
	return all
}

// nodeReceivers are what is a node by itself and can be dumped.
var nodeReceivers = []expr.Receiver{expr.OnExpr, expr.OnQuery, expr.OnFrom, expr.OnChange, expr.OnRelated, expr.OnLoad}

// Doc describes something that scripts can name: for completion and help.
type Doc struct {
	On        string // the variable by which examples name the receiver: "sql", "q", "u", "x", "x:asc()", "session"
	Name      string
	Signature string // "x:between(low, high)"
	Doc       string // a line
	Example   string // or ""
}

// Docs returns a Doc for each method and function, sorted by On, then Name.
func Docs() []Doc {
	var docs []Doc
	for _, m := range allMethods() {
		docs = append(docs, docOf(m))
	}
	for _, fn := range expr.Functions().All() {
		docs = append(docs, Doc{On: "sql.fn", Name: fn.Name(), Signature: "sql.fn." + fn.Signature(), Doc: fn.Doc()})
	}
	for _, name := range typeNames() {
		docs = append(docs, Doc{On: "sql.types", Name: name, Signature: "sql.types." + name, Doc: "a type"})
	}
	slices.SortFunc(docs, func(a, b Doc) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Name, b.Name)) })
	return docs
}

func docOf(m *method) Doc {
	var k kind
	for !k.has(m.On) {
		k++
	}
	self := kindTable[k].self
	d := Doc{On: self, Name: m.Name, Doc: m.Doc, Example: m.Example}
	if m.Grant != "" {
		d.Doc += "; it needs the grant " + string(m.Grant)
	}
	switch m.On {
	case expr.OnConstant:
		d.Signature = self + "." + m.Name
	case expr.OnModule:
		d.Signature = self + "." + m.signature()
	default:
		d.Signature = self + ":" + m.signature()
	}
	return d
}

// signature shows name and arguments, such as "param(name, type[, default])".
func (m *method) signature() string {
	var b strings.Builder
	b.WriteString(m.Name + "(")
	for i, a := range m.Args {
		if i == len(m.Args)-m.Optional {
			b.WriteByte('[')
		}
		if i > 0 && m.Args[i-1].Kind != expr.ArgSubject {
			b.WriteString(", ")
		}
		if a.Kind == expr.ArgSubject {
			b.WriteByte('[')
			b.WriteString(a.Name)
			b.WriteString(", ]")
			continue
		}
		b.WriteString(a.Name)
		if takesRest(a.Kind) {
			b.WriteString(", ...")
		}
	}
	b.WriteString(strings.Repeat("]", min(m.Optional, 1)) + ")")
	return b.String()
}

// elsewhere is what others, SQLAlchemy above all, call a method of another spelling.
var elsewhere = map[string]string{
	"as": "label", "select_from": "from", "join_from": "from", "outerjoin": "left_join", "outerjoin_from": "from", "filter": "where", "filter_by": "where",
	"with_only_columns": "columns", "add_column": "add_columns", "slice": "limit", "scalar_subquery": "scalar", "alias": "subquery",
	"with_for_update": "for_update", "add_cte": "with", "prefix_with": "prefix", "suffix_with": "suffix", "bindparam": "param",
	"is_": "is_null", "isnot": "is_not_null", "is_not": "is_not_null", "notin_": "not_in", "notlike": "not_like",
	"on_conflict_do_update": "on_conflict", "on_conflict_do_nothing": "on_conflict", "on_duplicate_key_update": "on_conflict",
}

// unknownMember says that something has no member of a name: whose method it is,
// or what is close.
func (rt *Runtime) unknownMember(k kind, owner, what string, key lua.LValue, candidates []string) error {
	name, _ := key.(lua.LString)
	if k == kindExpr && rt.own.Lookup(string(name)) != nil {
		return faultf("%s has no %s %s; it is a function: sql.fn.%s(x)", owner, what, shown(key), string(name))
	}
	if common := elsewhere[string(name)]; rt.methods[k][common] != nil {
		return faultf("%s has no %s %s; did you mean %q?", owner, what, shown(key), common)
	}
	for other := range rt.methods {
		if m := rt.methods[other][string(name)]; m != nil && kind(other) != k {
			return faultf("%s has no %s %s; it is a method of %s: %s", owner, what, shown(key), kindTable[other].name, docOf(m).Signature)
		}
	}
	for m := range rt.methods[k] {
		candidates = append(candidates, m)
	}
	slices.Sort(candidates)
	return faultf("%s has no %s %s", owner, what, misspelt(key, candidates))
}
