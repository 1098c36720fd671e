package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func writeIn(c *compiler, n expr.Node, at level) {
	in := n.(*expr.InExpr)
	word := " IN ("
	if in.IsNot() {
		word = " NOT IN ("
	}
	switch {
	case in.Query() != nil:
		writeInQuery(c, in, word, at)
		return
	case in.List().Len() == 0: // no value is in it, not even where x is NULL
		open := c.open(levelCompare, at)
		if in.IsNot() {
			c.text("1 = 1")
		} else {
			c.text("1 = 0")
		}
		c.close(open)
		return
	}
	if in.List().Len() == 1 && c.isQuery(in.List().At(0)) {
		x, op := in.List().At(0), expr.OpEq // in two parentheses it would not be a value, but all the rows of the query
		if in.IsNot() {
			op = expr.OpNe
		}
		c.expr(expr.Binary(op, in.X(), x), at)
		return
	}
	if x, ok := in.X().Node().(*expr.TupleExpr); ok {
		writeRowIn(c, in, x, word, at)
		return
	}
	if elem := in.ArrayElem(); !elem.IsUnknown() {
		writeInArray(c, in, elem, at)
		return
	}
	var want schema.Type
	var all []expr.Expr
	if c.d.convert != nil || c.collation() != "" {
		all = append(make([]expr.Expr, 0, 1+in.List().Len()), in.X())
		for _, x := range in.List().All() {
			all = append(all, x)
		}
		want = c.meeting(true, all...)
	}
	open := c.open(levelCompare, at)
	c.compared(in.X(), want, all...)
	c.text(word)
	for i, x := range in.List().All() {
		if i > 0 {
			c.text(", ")
		}
		c.operand(x, want, anywhere)
	}
	c.text(")")
	c.close(open)
}

// isQuery reports whether an expression is written as a query, or may be.
func (c *compiler) isQuery(x expr.Expr) bool {
	switch x.Node().(type) {
	case *expr.ScalarExpr:
		return true
	case *expr.CallExpr:
		return c.d.callsQueries
	}
	return false
}

func writeInQuery(c *compiler, in *expr.InExpr, word string, at level) {
	var before, after string
	if c.d.inQuery != nil {
		var ok bool
		if before, after, ok = c.d.inQuery(c, in); !ok {
			return
		}
	}
	open := c.open(levelCompare, at)
	if _, of := inPairs(in); len(of) > 1 {
		t := in.X().Node().(*expr.TupleExpr)
		if c.d.plainRows && !c.asksNothing(t, in.Query()) {
			return
		}
		c.row(t, of)
	} else {
		c.inQueryOf(in.X(), of[0])
	}
	c.text(word[:len(word)-1])
	c.text(before)
	names := unnamed
	if before != "" && len(in.Query().Outputs()) > 1 { // each needs its own there
		names = named
	}
	c.query(in.Query(), names)
	c.text(after)
	c.close(open)
}

// asksNothing refuses a row with a query among the rows of another, and rows of a query around that columns ask for.
func (c *compiler) asksNothing(t *expr.TupleExpr, of expr.Query) bool {
	if c.spend(expr.Size(t)); c.hasQuery(t, 4) {
		c.unsupported("row with a query, behind which IN takes a query", c.d.name+" has none: compare by EXISTS")
		return false
	}
	if c.spend(expr.Size(of)); c.asksInColumns(of) && c.isCorrelated(of) {
		c.unsupported("row IN (correlated query, a column of which asks a query)", c.d.name+" finds columns of the query around in one of them only: compare by EXISTS")
		return false
	}
	return true
}

// asksInColumns reports whether a query stands in the columns of another.
func (c *compiler) asksInColumns(q expr.Query) bool {
	switch q := q.(type) {
	case *expr.SelectStmt:
		for _, item := range q.Items().All() {
			if c.hasQuery(item.Expr().Node(), 0) {
				return true
			}
		}
	case *expr.CompoundStmt:
		return anyMember(q, c.asksInColumns)
	}
	return false
}

// hasQuery reports whether a query stands in a node, or in what a column of it stands for.
func (c *compiler) hasQuery(n expr.Node, depth int) (found bool) {
	expr.Walk(n, func(n expr.Node) bool {
		switch n := n.(type) {
		case expr.Query:
			found = true
		case *expr.ColumnExpr:
			if x := c.standsFor(n); x != nil && depth > 0 {
				c.spend(expr.Size(x))
				found = found || c.hasQuery(x, depth-1)
			}
			return false
		}
		return !found
	})
	return found
}

// standsFor returns the expression in a query in FROM, or in WITH, that a column of it stands for, if it is
// a plain select.
func (c *compiler) standsFor(n *expr.ColumnExpr) expr.Node {
	o := c.resolved.OccurrenceOf(n)
	if o == nil {
		return nil
	}
	q := o.Query()
	if t := o.CommonTable(); t != nil && t.Step() == nil {
		q, _ = t.Query().(expr.Query)
	}
	s, ok := q.(*expr.SelectStmt)
	if !ok || n.Index() >= s.Items().Len() {
		return nil
	}
	return s.Items().At(n.Index()).Expr().Node()
}

// inQueryOf writes what is compared with the rows of a query. Where the database keeps a scalar query
// there wrongly, it is wrapped: MariaDB 10.11 takes it for equal to any row of a correlated query.
func (c *compiler) inQueryOf(x expr.Expr, of schema.Type) {
	if _, scalar := x.Node().(*expr.ScalarExpr); !scalar || !c.d.wrapsScalars {
		c.operand(x, of, levelConcat)
		return
	}
	c.text("coalesce(")
	c.operand(x, of, anywhere)
	c.text(", NULL)")
}

// unmet refuses x IN (query) where the query's column would have to be converted:
// it stays what it is.
func (c *compiler) unmet(t, of schema.Type) (before, after string, ok bool) {
	c.unsupported(t.String()+" IN (query of "+of.String()+")", "cast the query's column to "+t.String())
	return "", "", false
}

// matchEscape is the escape of the text matches, whose patterns are made here;
// patterns that people write use the backslash.
const matchEscape = " ESCAPE '!'"

func writeTextMatch(c *compiler, n expr.Node, at level) {
	m := n.(*expr.LikeExpr)
	not := ""
	if m.IsNot() {
		not = " NOT"
	}
	open := c.open(levelCompare, at)
	if c.d.exact && c.d.glob && takesCase(m.Operator()) {
		writeGlob(c, m, not)
		c.close(open)
		return
	}
	switch op := m.Operator(); op {
	case expr.OpLike:
		c.compared(m.X(), schema.Text, m.Pattern())
		c.text(not)
		c.text(" LIKE ")
		c.textual(m.Pattern(), levelAtom)
		c.escape(m)
	case expr.OpILike:
		writeILike(c, m, not)
	case expr.OpStartsWith, expr.OpEndsWith, expr.OpContains:
		c.compared(m.X(), schema.Text, m.Pattern())
		c.text(not)
		c.text(" LIKE ")
		writePattern(c, m.Pattern(), op)
		c.text(matchEscape)
	case expr.OpIStartsWith, expr.OpIEndsWith, expr.OpIContains:
		writeIMatch(c, m, not)
	default:
		c.unsupported("match "+op.String(), c.d.name+" has no words for it")
	}
	c.close(open)
}

func writeILike(c *compiler, m *expr.LikeExpr, not string) {
	if c.d.ilike {
		c.textual(m.X(), levelConcat)
		c.text(not)
		c.text(" ILIKE ")
		c.textual(m.Pattern(), levelAtom)
	} else {
		c.around("lower(", m.X(), ")")
		c.text(not)
		c.around(" LIKE lower(", m.Pattern(), ")")
	}
	c.escape(m)
}

// escape writes the escape of a pattern.
func (c *compiler) escape(m *expr.LikeExpr) {
	if char := m.EscapeChar(); char != `\` {
		c.text(" ESCAPE '")
		c.text(char) // one of a closed list
		c.text("'")
		return
	}
	c.text(c.d.likeEscape)
}

// writeIMatch writes a text match in which case does not count.
func writeIMatch(c *compiler, m *expr.LikeExpr, not string) {
	op := m.Operator() - expr.OpIStartsWith + expr.OpStartsWith
	if c.d.ilike {
		c.textual(m.X(), levelConcat)
		c.text(not)
		c.text(" ILIKE ")
		writePattern(c, m.Pattern(), op)
	} else {
		c.around("lower(", m.X(), ")")
		c.text(not)
		c.text(" LIKE lower(")
		writePattern(c, m.Pattern(), op)
		c.text(")")
	}
	c.text(matchEscape)
}

// writePattern writes the pattern of a text match: as an argument that is changed
// on its way, or computed of an expression by the database.
func writePattern(c *compiler, x expr.Expr, op expr.LikeOp) {
	if s, ok := c.slotOf(x); ok {
		s.typ = schema.Text
		switch op {
		case expr.OpStartsWith:
			s.form = atStart
		case expr.OpEndsWith:
			s.form = atEnd
		default:
			s.form = anyPlace
		}
		c.place(s)
		return
	}
	between := " || "
	if c.d.concat {
		c.text("(")
	} else {
		between = ", "
		c.concat(x)
	}
	if op != expr.OpStartsWith {
		c.text("'%'")
		c.text(between)
	}
	c.text("replace(replace(replace(")
	c.textual(x, anywhere)
	c.text(", '!', '!!'), '%', '!%'), '_', '!_')")
	if op != expr.OpEndsWith {
		c.text(between)
		c.text("'%'")
	}
	c.text(")")
}
