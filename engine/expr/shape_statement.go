package expr

// The commonest nodes, as their fields say, but without asking them: in a third of the time.
// What was written so far is handed on and returned, as it then stays in registers.

// node appends a node.
func (w *shaper) node(b []byte, n Node) []byte {
	switch n := n.(type) {
	case *TableSource:
		if n.table != nil {
			return append(w.table(append(b, byte(OpTable), 1), n.table), 0)
		}
	case *AliasSource:
		if n.rows == nil && n.of != nil {
			b = w.source(append(b, byte(OpAlias), 1), n.of)
			return append(words(b, 2, n.label), 0)
		}
	case *SubquerySource:
		if n.query != nil {
			b = w.node(append(b, byte(OpSubquery), 1), n.query)
			return append(flag(words(b, 2, n.label), 3, n.lateral), 0)
		}
	case *CTESource:
		if n.query != nil {
			b = w.node(append(b, byte(OpCTE), 1), n.query)
			return append(code(words(b, 2, n.label), 3, uint8(n.materialized)), 0)
		}
	case *SelectStmt:
		if n.IsPlain() {
			return w.selectStmt(b, n)
		}
	case *InsertStmt:
		if EntityOf(n.own().into) == nil {
			return w.insert(b, n)
		}
	case *UpdateStmt:
		if EntityOf(n.table) == nil {
			return w.update(b, n)
		}
	case *DeleteStmt:
		return w.delete(b, n)
	case exprNode:
		return w.operand(b, n)
	}
	return w.record(b, n)
}

// operand appends a node with a value.
func (w *shaper) operand(b []byte, n exprNode) []byte {
	switch n := n.(type) {
	case *ColumnExpr:
		if n.of != nil {
			return w.columnExpr(b, n)
		}
	case *LiteralExpr:
		if n.kind() != 0 && n.as() == nil {
			return append(w.value(append(b, byte(OpLiteral), 1), n.Value()), 0)
		}
	case *BinaryExpr:
		if n.op != 0 && n.left.at != nil && n.right.at != nil {
			b = append(b, byte(OpBinary), 1, byte(n.op), 2)
			b = append(w.operand(b, n.left.node()), 3)
			return append(w.operand(b, n.right.node()), 0)
		}
	case *LogicExpr:
		b = w.list(append(b, byte(OpLogic), 1), n.terms)
		return append(flag(b, 2, n.or), 0)
	case *CallExpr:
		if n.IsPlain() && n.fn != nil {
			b = w.function(append(b, byte(OpCall), 1), n.fn)
			return append(w.exprs(b, 2, n.args), 0)
		}
	default:
		return w.rarer(b, n)
	}
	return w.record(b, n)
}

// rarer appends a node of those that are not most.
func (w *shaper) rarer(b []byte, n exprNode) []byte {
	switch n := n.(type) {
	case *RefExpr:
		return append(words(append(b, byte(OpRef)), 1, n.name), 0)
	case *UnaryExpr:
		b = code(append(b, byte(OpUnary)), 1, uint8(n.op))
		return append(w.expr(b, 2, n.x), 0)
	case *InExpr:
		b = w.exprs(w.expr(append(b, byte(OpIn)), 1, n.x), 2, n.list)
		if n.query != nil {
			b = w.node(append(b, 3), n.query)
		}
		return append(flag(b, 4, n.not), 0)
	case *BetweenExpr:
		b = w.expr(append(b, byte(OpBetween)), 1, n.x)
		b = w.expr(w.expr(b, 2, n.low), 3, n.high)
		return append(flag(flag(b, 4, n.not), 5, n.symmetric), 0)
	case *ParamExpr:
		if n.p != nil {
			w.b = append(b, byte(OpParam), 1)
			w.Parameter(n.p)
			return append(w.b, 0)
		}
	case *OverExpr:
		return append(w.over(w.expr(append(b, byte(OpOver)), 1, n.call), &n.window), 0)
	}
	return w.record(b, n)
}

func (w *shaper) selectStmt(b []byte, stmt *SelectStmt) []byte {
	p := stmt.own()
	b = w.items(append(b, byte(OpSelect)), 1, p.items)
	b = w.froms(b, 2, seenIn(stmt, fromPart, &p.from))
	if joins := seenIn(stmt, joinPart, &p.joins); len(joins) > 0 {
		b = appendNumber(append(b, 3), len(joins))
		for i := range joins {
			j := &joins[i]
			b = code(b, 1, uint8(j.kind))
			if j.target != nil {
				b = w.from(append(b, 2), j.target)
			}
			b = append(w.expr(b, 3, j.on), 0)
		}
	}
	b = w.exprs(w.expr(b, 4, stmt.one(wherePart)), 5, seenIn(stmt, groupPart, &p.group))
	b = w.orders(w.expr(b, 6, stmt.one(havingPart)), 7, seenIn(stmt, orderPart, &p.order))
	return append(w.expr(w.expr(b, 8, stmt.one(limitPart)), 9, stmt.one(offsetPart)), 0)
}

func (w *shaper) over(b []byte, n *Window) []byte {
	b = w.orders(w.exprs(b, 2, n.partition), 3, n.order)
	b = w.expr(code(code(b, 4, uint8(n.unit)), 5, uint8(n.start.edge)), 6, n.start.offset)
	b = w.expr(code(b, 7, uint8(n.end.edge)), 8, n.end.offset)
	return words(code(b, 9, uint8(n.exclude)), 10, n.name)
}

func (w *shaper) insert(b []byte, stmt *InsertStmt) []byte {
	n := stmt.data()
	b = append(b, byte(OpInsert))
	if n.into != nil {
		b = w.source(append(b, 1), n.into)
	}
	b = w.changeColumns(b, 2, n.columns)
	if len(n.rows) > 0 {
		b = appendNumber(append(b, 3), len(n.rows))
		for _, r := range n.rows {
			b = append(w.exprs(b, 1, r.cells), 0)
		}
	}
	if n.query != nil {
		b = w.node(append(b, 4), n.query)
	}
	c := &n.conflict
	b = w.changeColumns(code(b, 5, uint8(c.action)), 6, c.columns)
	b = w.assignments(w.expr(words(b, 7, c.constraint), 8, c.among), 9, c.set)
	return append(w.items(w.expr(b, 10, c.where), 11, n.returning), 0)
}

func (w *shaper) update(b []byte, n *UpdateStmt) []byte {
	b = append(b, byte(OpUpdate))
	if n.table != nil {
		b = w.source(append(b, 1), n.table)
	}
	b = w.froms(w.assignments(b, 2, n.set), 3, n.from)
	b = w.items(flag(w.expr(b, 4, n.where), 5, n.all), 6, n.returning)
	return append(w.expr(w.orders(b, 7, n.order), 8, n.limit), 0)
}

func (w *shaper) delete(b []byte, n *DeleteStmt) []byte {
	b = append(b, byte(OpDelete))
	if n.table != nil {
		b = w.source(append(b, 1), n.table)
	}
	b = flag(w.expr(w.froms(b, 2, n.using), 3, n.where), 4, n.all)
	b = w.orders(w.items(b, 5, n.returning), 6, n.order)
	return append(w.expr(b, 7, n.limit), 0)
}

// flag appends a field that is true.
func flag(b []byte, place byte, v bool) []byte {
	if v {
		return append(b, place)
	}
	return b
}

// code appends a field that holds a number of a closed list.
func code(b []byte, place, v byte) []byte {
	if v != 0 {
		return append(b, place, v)
	}
	return b
}

// words appends a field that holds text.
func words(b []byte, place byte, v string) []byte {
	if v != "" {
		return appendText(append(b, place), v)
	}
	return b
}

// expr appends a field that holds an expression.
func (w *shaper) expr(b []byte, place byte, x Expr) []byte {
	if x.at != nil {
		return w.operand(append(b, place), x.node())
	}
	return b
}

// exprs appends a field that holds a list of expressions.
func (w *shaper) exprs(b []byte, place byte, list []Expr) []byte {
	if len(list) > 0 {
		return w.list(append(b, place), list)
	}
	return b
}

// list appends a list of expressions.
func (w *shaper) list(b []byte, list []Expr) []byte {
	b = appendNumber(b, len(list))
	for _, x := range list {
		if x.at != nil {
			b = w.operand(b, x.node())
		}
	}
	return b
}

func (w *shaper) items(b []byte, place byte, list []Item) []byte {
	if len(list) == 0 {
		return b
	}
	b = appendNumber(append(b, place), len(list))
	for i := range list {
		b = append(words(w.expr(b, 1, list[i].expr), 2, list[i].label), 0)
	}
	return b
}

func (w *shaper) orders(b []byte, place byte, list []Order) []byte {
	if len(list) == 0 {
		return b
	}
	b = appendNumber(append(b, place), len(list))
	for i := range list {
		o := &list[i]
		b = append(code(flag(w.expr(b, 1, o.expr), 2, o.desc), 3, uint8(o.nulls)), 0)
	}
	return b
}

func (w *shaper) changeColumns(b []byte, place byte, list []changeColumn) []byte {
	if len(list) == 0 {
		return b
	}
	b = appendNumber(append(b, place), len(list))
	for i := range list {
		if c := &list[i]; c.source != nil {
			b = w.column(b, c.source, c.column, 0)
		}
	}
	return b
}

func (w *shaper) assignments(b []byte, place byte, list []Assignment) []byte {
	if len(list) == 0 {
		return b
	}
	b = appendNumber(append(b, place), len(list))
	for i := range list {
		if c := &list[i].target; c.source != nil {
			b = w.column(append(b, 1), c.source, c.column, 0)
		}
		b = append(w.expr(b, 2, list[i].value), 0)
	}
	return b
}

func (w *shaper) froms(b []byte, place byte, list []FromClause) []byte {
	if len(list) == 0 {
		return b
	}
	b = appendNumber(append(b, place), len(list))
	for _, c := range list {
		b = w.from(b, c)
	}
	return b
}

// from appends a source, or a join.
func (w *shaper) from(b []byte, c FromClause) []byte {
	if s, ok := c.(Source); ok {
		return w.source(b, s)
	}
	if c != nil {
		return w.node(b, c)
	}
	return b
}
