package policy

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// admission is one statement held against a policy that says more than kinds and grants.
type admission struct {
	p        *Policy
	stmt     expr.Node
	byFields bool // see scanner
	problems []Problem
	seen     map[string]bool // problems, by what and why
	counted  sizes
	checks   []Check
	targets  map[any]bool // identities of the tables that are changed
	least    map[*expr.SelectStmt][]group
	labels   map[expr.Query]map[string]int // places of the columns that are named by labels
	labelled map[labelled]bool
	last     *schema.Table // the rule of which is known
	rule     *table
	rewrites bool         // a select is built otherwise than it was
	fenced   bool         // what can fail on a row stands where foreign rows might meet it
	byValue  []expr.Value // of literals: others in their places may be decided on otherwise
}

// group is what a select must have enough of: rows of a table with a value in a column.
type group struct {
	of    *expr.ColumnExpr
	least int
}

// isOf reports whether both are of the same column of the same source.
func (g group) isOf(other group) bool {
	return g.of.Column().Base() == other.of.Column().Base() && g.of.Source().Identity() == other.of.Source().Identity()
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

// rule returns what is said of a table, or nil.
func (p *Policy) rule(t *schema.Table) *table {
	if t == nil {
		return nil
	}
	t = t.Base()
	if p.few == nil {
		return p.tables[t]
	}
	for _, rule := range p.few {
		if rule.of == t {
			return rule
		}
	}
	return nil
}

// ruleOf is rule, for who asks of the same table again and again.
func (a *admission) ruleOf(t *schema.Table) *table {
	if t != a.last {
		a.last, a.rule = t, a.p.rule(t)
	}
	return a.rule
}

// kind holds a node's kind against the rules.
func (a *admission) kind(n expr.Node) {
	if w := a.p.watched; w != nil && w.kinds[n.Op()] {
		a.watched(w, n)
	}
}

func (a *admission) watched(w *watched, n expr.Node) {
	if a.p.deniedKinds[n.Op()] {
		a.refuse(CodeKind, "kind:"+n.Op().String(), "it is not allowed")
	}
	if w.operator(n) {
		a.refuse(CodeKind, "operator:"+operator(n), "it is not allowed")
	}
}

// note keeps the values of the literals below a node: [expr.CanFail] looks at them.
func (a *admission) note(n expr.Node) {
	expr.Walk(n, func(n expr.Node) bool {
		if l, ok := n.(*expr.LiteralExpr); ok {
			a.byValue = append(a.byValue, l.Value())
		}
		return true
	})
}

// operator returns how people write the operator of a node; "" for none.
func operator(n expr.Node) string {
	switch n := n.(type) {
	case *expr.BinaryExpr:
		return n.Operator().String()
	case *expr.UnaryExpr:
		return n.Operator().String()
	case *expr.LikeExpr:
		return n.Operator().String()
	}
	return ""
}

// operators lists how people write them.
func operators() (all []string) {
	for _, op := range expr.BinaryOps() {
		all = append(all, op.String())
	}
	for _, op := range expr.UnaryOps() {
		all = append(all, op.String())
	}
	for _, op := range expr.LikeOps() {
		all = append(all, op.String())
	}
	return all
}

// watched says which kinds of nodes are refused, and which operators: it is asked of every
// node.
type watched struct {
	kinds               [256]bool // those of nodes with operators, too, if any is refused
	binary, unary, like [256]bool
}

// watch finds out what of the nodes is refused.
func (p *Policy) watch() {
	var w watched
	for kind := range p.deniedKinds {
		w.kinds[kind] = true
	}
	if len(p.operators) > 0 {
		w.kinds[expr.OpBinary], w.kinds[expr.OpUnary], w.kinds[expr.OpTextMatch] = true, true, true
	}
	for _, op := range expr.BinaryOps() {
		w.binary[op] = p.operators[op.String()]
	}
	for _, op := range expr.UnaryOps() {
		w.unary[op] = p.operators[op.String()]
	}
	for _, op := range expr.LikeOps() {
		w.like[op] = p.operators[op.String()]
	}
	p.watched = &w
}

// operator reports whether a node's operator is refused.
func (w *watched) operator(n expr.Node) bool {
	switch n := n.(type) {
	case *expr.BinaryExpr:
		return w.binary[n.Operator()]
	case *expr.UnaryExpr:
		return w.unary[n.Operator()]
	case *expr.LikeExpr:
		return w.like[n.Operator()]
	}
	return false
}

func (a *admission) table(n *expr.TableSource) {
	t := n.Table()
	if a.p.tables == nil || a.ruleOf(t) != nil {
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

func (a *admission) column(n *expr.ColumnExpr, u use) {
	c := n.Column()
	if c == nil {
		return
	}
	t := a.ruleOf(c.Table())
	if t == nil {
		return // of a table that is refused
	}
	c = c.Base()
	rule := t.ruleOf(c)
	if rule.plain && a.targets == nil {
		return
	}
	if _, excluded := n.Source().(*expr.ExcludedSource); excluded && rule.exposed {
		return // what the insert gives itself
	}
	switch {
	case !rule.exposed:
		a.unknown(t, c)
	case rule.grouped > 0:
		a.refuse(CodeColumn, "column:"+c.String(), "it may only be the argument of an aggregate such as avg, without filter, distinct or window")
	case !rule.allows[u]:
		a.refuse(CodeColumn, "column:"+c.String(), "it may not be %s", useNames[u])
	case rule.masked && a.targets[n.Source().Identity()]:
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
	if n.Args().Len() != 1 || n.IsDistinct() || !n.FilterClause().IsZero() || n.Orders().Len() > 0 || n.Within().Len() > 0 || !slices.Contains(safeAggregates, n.Function().Name()) {
		return false
	}
	c, ok := n.Args().At(0).Node().(*expr.ColumnExpr)
	if !ok || c.Column() == nil {
		return false
	}
	t := a.ruleOf(c.Column().Table())
	if t == nil {
		return false
	}
	rule := t.ruleOf(c.Column().Base())
	if rule.grouped == 0 || !rule.exposed {
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
	a.least[in] = append(a.least[in], group{c, rule.grouped})
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

// admissions saves the allocation of what only admitting needs.
var admissions = sync.Pool{New: func() any { return new(admission) }}

// release keeps the memory and nothing of the statement.
func (a *admission) release() {
	*a = admission{}
	admissions.Put(a)
}

// admit is Admit under rules.
func (p *Policy) admit(stmt expr.Node, before limited) (*Admitted, error) {
	q, ok := stmt.(expr.Statement)
	if !ok {
		_, err := expr.Resolve(stmt)
		return nil, err
	}
	if err := expr.Err(stmt); err != nil {
		return nil, err
	}
	if p.wrong {
		return nil, p.Err()
	}
	a := admissions.Get().(*admission)
	a.p, a.stmt = p, stmt
	defer a.release()
	if before.done {
		a.problems, a.checks, a.byValue = before.problems, before.checks, before.byValue
	}
	a.scan(q)
	a.sizes()
	if !before.done {
		q = a.limitRows(q)
	}
	rewritten := a.rewrite(q)
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
	return &Admitted{r, a.checks, a.byValue}, nil
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
