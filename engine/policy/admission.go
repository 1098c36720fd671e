package policy

import (
	"fmt"
	"maps"
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// admission is one statement held against a policy that says more than kinds and grants.
type admission struct {
	p        *Policy
	stmt     expr.Node
	problems []Problem
	seen     map[string]bool // problems, by what and why
	counted  sizes
	checks   []Check
	tested   map[expr.Node]bool // queries that stand in EXISTS or IN, where nobody reads their columns
	read     map[expr.Node]bool // those that stand elsewhere, too
	targets  map[any]bool       // identities of the tables that are changed
	least    map[*expr.SelectStmt][]group
	rewrites bool // a select is built otherwise than it was
	fenced   bool // what can fail on a row stands where foreign rows might meet it
}

// group is what a select must have enough of: rows of a table.
type group struct {
	of    expr.Source
	least int
}

func (a *admission) refuse(code Code, what, format string, args ...any) {
	reason := fmt.Sprintf(format, args...)
	if a.seen == nil {
		a.seen = map[string]bool{}
	}
	if key := what + "\x00" + reason; !a.seen[key] && len(a.problems) < maxProblems {
		a.seen[key] = true
		a.problems = append(a.problems, Problem{code, what, reason})
	}
}

// maxProblems bounds a report.
const maxProblems = 100

// scan finds everything in the statement that is not allowed.
func (a *admission) scan() {
	root := a.stmt
	if a.p.tests {
		a.places()
	}
	partial := false
	expr.Walk(root, func(n expr.Node) bool {
		partial = partial || expr.CanFail(n)
		if a.p.deniedKinds[n.Op()] {
			a.refuse(CodeKind, "kind:"+n.Op().String(), "it is not allowed")
		}
		switch n := n.(type) {
		case *expr.TableSource:
			a.table(n)
		case *expr.CallExpr:
			a.function(n)
		case *expr.InExpr:
			a.counted.items += n.List().Len()
		case *expr.ValuesSource:
			a.counted.items += n.Rows() * len(n.Columns())
		case *expr.JoinClause:
			a.counted.joins++
			a.use(n.On(), filter)
		case *expr.SelectStmt:
			a.selects(n)
		case *expr.CompoundStmt:
			a.compound(n)
		case *expr.ParamExpr:
			a.list(n)
		case *expr.InsertStmt:
			a.insert(n)
		case *expr.UpdateStmt:
			a.update(n)
		case *expr.DeleteStmt:
			a.delete(n)
		}
		if _, ok := n.(expr.Query); ok && n != root {
			a.counted.subqueries++
		}
		return true
	})
	a.fenced = a.p.filters && partial && a.meetsForeign()
}

// places notes which queries stand in EXISTS, IN and ANY only.
func (a *admission) places() {
	a.tested, a.read = map[expr.Node]bool{}, map[expr.Node]bool{}
	mark(a.read, a.stmt)
	expr.Walk(a.stmt, func(n expr.Node) bool {
		set := a.read
		switch n.(type) {
		case *expr.InExpr, *expr.ExistsExpr, *expr.QuantifiedExpr:
			set = a.tested
		case *expr.CompoundStmt:
			return true // its members stand where it does
		}
		expr.Children(n, func(child expr.Node) { mark(set, child) })
		return true
	})
}

func mark(set map[expr.Node]bool, n expr.Node) {
	q, ok := n.(expr.Statement)
	if !ok {
		return
	}
	set[q] = true
	if c, ok := q.(*expr.CompoundStmt); ok {
		for _, member := range c.Queries().All() {
			mark(set, member)
		}
	}
}

// rule returns what is said of a table, or nil.
func (p *Policy) rule(t *schema.Table) *table {
	if t == nil {
		return nil
	}
	return p.tables[t.Base()]
}

func (a *admission) table(n *expr.TableSource) {
	t := n.Table()
	if a.p.tables == nil || a.p.rule(t) != nil {
		return
	}
	names := make([]string, 0, len(a.p.tables))
	for known := range maps.Keys(a.p.tables) {
		names = append(names, known.String())
	}
	slices.Sort(names)
	a.refuse(CodeTable, "table:"+t.String(), "there is no such table%s", schema.DidYouMean(t.String(), names))
}

func (a *admission) function(n *expr.CallExpr) {
	fn := n.Function()
	switch name := fn.Name(); {
	case a.p.filters && (n.OfDatabase() || fn.ReadsTables()):
		a.refuse(CodeFunction, "function:"+name, "it may read tables by ways that no row filter sees")
	case n.OfDatabase(): // it has a grant
	case a.p.functions != nil && !a.p.functions[name]:
		a.refuse(CodeFunction, "function:"+name, "it is not allowed")
	case fn.ReadsTables() && !a.p.functions[name]:
		a.refuse(CodeFunction, "function:"+name, "it reads tables, and is not allowed by name")
	}
}

// use holds the columns that an expression names, other than in queries of its own,
// against the rules.
func (a *admission) use(x expr.Expr, u use) { a.within(x.Node(), u, nil, nil) }

// within is use; in is the select in whose columns, HAVING or ORDER BY it is, where
// aggregates are of its rows, and labels the one whose columns it may name by labels.
func (a *admission) within(n expr.Node, u use, in, labels *expr.SelectStmt) {
	if n == nil || a.p.tables == nil {
		return
	}
	each(n, func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.ColumnExpr:
			a.column(n, u)
		case *expr.RefExpr:
			if labels != nil {
				a.nth(labels, outputOf(labels, n.Name()), u, in)
			}
		case *expr.OverExpr:
			in = nil // what a window sees is not a group
		case *expr.CallExpr:
			return in == nil || !a.aggregate(n, in)
		case expr.Statement, expr.FromClause:
			return false
		}
		return true
	})
}

// each visits n and, where visit returns true, what is below it, but for what columns are
// of. It is Walk for expressions, of which there are many and most are simple.
func each(n expr.Node, visit func(expr.Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	switch n := n.(type) {
	case *expr.ColumnExpr, *expr.LiteralExpr, *expr.ParamExpr, *expr.RefExpr:
	case *expr.BinaryExpr:
		each(n.Left().Node(), visit)
		each(n.Right().Node(), visit)
	case *expr.LogicExpr:
		for _, x := range n.Terms().All() {
			each(x.Node(), visit)
		}
	case *expr.CallExpr:
		for _, x := range n.Args().All() {
			each(x.Node(), visit)
		}
		each(n.FilterClause().Node(), visit)
		for _, o := range n.Orders().All() {
			each(o.Expr().Node(), visit)
		}
		for _, o := range n.Within().All() {
			each(o.Expr().Node(), visit)
		}
	default:
		expr.Children(n, func(child expr.Node) { each(child, visit) })
	}
}

func (a *admission) column(n *expr.ColumnExpr, u use) {
	c := n.Column()
	if c == nil {
		return
	}
	t := a.p.rule(c.Table())
	if t == nil {
		return // of a table that is refused
	}
	if _, excluded := n.Source().(*expr.ExcludedSource); excluded && t.exposes(c.Base()) {
		return // what the insert gives itself
	}
	c = c.Base()
	_, grouped := t.grouped[c]
	switch {
	case !t.exposes(c):
		a.unknown(t, c)
	case grouped:
		a.refuse(CodeColumn, "column:"+c.String(), "it may only be the argument of an aggregate such as avg, without filter, distinct or window")
	case !t.allows(u, c):
		a.refuse(CodeColumn, "column:"+c.String(), "it may not be %s", useNames[u])
	case t.masks[c].Node() != nil && a.targets[n.Source().Identity()]:
		a.refuse(CodeColumn, "column:"+c.String(), "it is masked: no change may name it")
	}
}

func (a *admission) unknown(t *table, c *schema.Column) {
	var names []string
	for _, other := range t.of.Columns() {
		if t.exposes(other) {
			names = append(names, other.Name())
		}
	}
	a.refuse(CodeColumn, "column:"+c.String(), "%s has no such column%s", t.of, schema.DidYouMean(c.Name(), names))
}

// safeAggregates say nothing of a single row of many.
var safeAggregates = []string{"avg", "count", "stddev_pop", "stddev_samp", "sum", "var_pop", "var_samp"}

// aggregate reports whether a call is an aggregate of a column that is for them only, and
// notes how many rows a group needs.
func (a *admission) aggregate(n *expr.CallExpr, in *expr.SelectStmt) bool {
	if n.Args().Len() != 1 || n.IsDistinct() || !n.FilterClause().IsZero() || !slices.Contains(safeAggregates, n.Function().Name()) {
		return false
	}
	c, ok := n.Args().At(0).Node().(*expr.ColumnExpr)
	if !ok || c.Column() == nil {
		return false
	}
	t := a.p.rule(c.Column().Table())
	if t == nil || t.denied[c.Column().Base()] {
		return false
	}
	least, ok := t.grouped[c.Column().Base()]
	if !ok {
		return false
	}
	own, alone := a.ownRows(in, c.Source())
	if !own {
		a.refuse(CodeColumn, "column:"+c.Column().String(), "the query says its aggregate, and not that of the query around: say From")
	}
	if key := c.Column().Table().PrimaryKey(); len(key) != 1 && !alone {
		a.refuse(CodeColumn, "column:"+c.Column().String(), "%s has no key of one column to count its rows by: take the aggregate of it alone", t.of)
	}
	if a.least == nil {
		a.least = map[*expr.SelectStmt][]group{}
	}
	a.least[in] = append(a.least[in], group{c.Source(), least})
	return true
}

// ownRows reports whether what a select has of a source is of its own FROM, and whether
// that has no other.
func (a *admission) ownRows(in *expr.SelectStmt, src expr.Source) (own, alone bool) {
	if in.FromClauses().Len() == 0 {
		alone = in.Joins().Len() == 0 && len(expr.Sources(in)) == 1
		return alone || in == a.stmt, alone
	}
	var look func(f expr.FromClause)
	look = func(f expr.FromClause) {
		switch f := f.(type) {
		case *expr.JoinClause:
			expr.Children(f, func(n expr.Node) {
				if side, ok := n.(expr.FromClause); ok {
					look(side)
				}
			})
		case expr.Source:
			own = own || f.Identity() == src.Identity()
		}
	}
	for _, f := range in.FromClauses().All() {
		look(f)
	}
	for _, j := range in.Joins().All() {
		look(j.Target())
	}
	_, single := in.FromClauses().At(0).(expr.Source)
	return own, own && single && in.FromClauses().Len() == 1 && in.Joins().Len() == 0
}

func (a *admission) selects(s *expr.SelectStmt) {
	a.counted.joins += s.Joins().Len()
	a.rewrites = a.rewrites || a.p.filters && len(a.dependent(s)) > 0
	u := read
	if a.tested[s] && !a.read[s] {
		u = filter
	}
	for _, item := range s.Items().All() {
		a.within(item.Expr().Node(), u, s, nil)
	}
	for _, j := range s.Joins().All() {
		a.use(j.On(), filter)
	}
	a.use(s.WhereClause(), filter)
	a.within(s.HavingClause().Node(), filter, s, s)
	for _, x := range s.Groups().All() {
		a.within(x.Node(), filter, nil, s)
	}
	for _, x := range s.DistinctOn().All() {
		a.use(x, filter)
	}
	for _, o := range s.Orders().All() {
		a.within(o.Expr().Node(), order, s, s)
	}
	for i := range s.Windows() {
		_, w := s.WindowAt(i)
		a.window(w)
	}
}

// outputOf returns which column of a query has a name; -1 for none.
func outputOf(q expr.Query, name string) int {
	return slices.IndexFunc(q.Outputs(), func(o expr.Output) bool { return o.Name == name })
}

// nth holds a column of a query against the rules, of each member of a compound.
func (a *admission) nth(q expr.Query, i int, u use, in *expr.SelectStmt) {
	switch q := q.(type) {
	case *expr.SelectStmt:
		if i >= 0 && i < q.Items().Len() {
			a.within(q.Items().At(i).Expr().Node(), u, in, nil)
		}
	case *expr.CompoundStmt:
		for _, member := range q.Queries().All() {
			s, _ := member.(*expr.SelectStmt)
			a.nth(member, i, u, s)
		}
	}
}

// compound holds what a compound is ordered by against the rules.
func (a *admission) compound(q *expr.CompoundStmt) {
	for _, o := range q.Orders().All() {
		each(o.Expr().Node(), func(n expr.Node) bool {
			if ref, ok := n.(*expr.RefExpr); ok {
				a.nth(q, outputOf(q, ref.Name()), order, nil)
			}
			return true
		})
	}
}

func (a *admission) window(w expr.Window) {
	for _, x := range w.Partition().All() {
		a.use(x, filter)
	}
	for _, o := range w.Orders().All() {
		a.use(o.Expr(), order)
	}
}

// admit is Admit under rules.
func (p *Policy) admit(stmt expr.Node) (*Admitted, error) {
	if _, ok := stmt.(expr.Statement); !ok {
		_, err := expr.Resolve(stmt)
		return nil, err
	}
	if err := expr.Err(stmt); err != nil {
		return nil, err
	}
	if err := p.Err(); err != nil {
		return nil, err
	}
	a := &admission{p: p, stmt: stmt}
	a.scan()
	a.sizes()
	rewritten := a.rewrite()
	a.grants()
	if a.problems != nil {
		return nil, &Error{a.problems}
	}
	r, err := expr.ResolveUnder(rewritten, restrictor{a})
	if err != nil {
		return nil, err
	}
	if problems := p.refused(stmt, r); problems != nil {
		return nil, &Error{problems}
	}
	for _, o := range r.Occurrences().All() {
		if t := p.rule(o.Table()); !o.IsHosts() && t != nil && t.replaced() && o.Instead() == nil && o.Change() == 0 {
			return nil, &Error{[]Problem{{CodeRows, "table:" + t.of.String(), "it cannot be proved filtered here"}}}
		}
		o.Allow()
	}
	return &Admitted{r, a.checks}, nil
}

// grants refuses what no filter can see into.
func (a *admission) grants() {
	if !a.p.filters {
		return
	}
	for _, g := range expr.GrantsOf(a.stmt) {
		if g == expr.GrantRaw {
			a.refuse(CodeGrant, "grant:"+string(g), "raw text cannot be filtered by rows")
		}
	}
}
