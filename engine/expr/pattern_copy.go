package expr

// copy makes the statement with these values. What leads to no free literal is shared.
func (p *Pattern) copy(values []Value) Node {
	if p.root == nil {
		return p.rewritten(values)
	}
	return p.copied(values)
}

// copied is copy where nothing free stands in a source.
func (p *Pattern) copied(values []Value) Node {
	c := patternCopy{
		literals: make([]LiteralExpr, len(p.free)),
		binaries: make([]BinaryExpr, 0, p.binaries),
		operands: make([]Expr, 0, p.operands),
	}
	for i := range c.literals {
		l := &c.literals[i]
		*l = *p.free[i].node
		l.self = l
		l.set(values[i])
	}
	return c.statement(p.root)
}

// rewritten is copy where a free literal stands in a source, which all that names it names anew.
func (p *Pattern) rewritten(values []Value) Node {
	places := make(map[*LiteralExpr]int, len(p.free))
	for i := range p.free {
		places[p.free[i].node] = i
	}
	return p.rewrite(p.stmt, func(n Node) Node {
		if l, ok := n.(*LiteralExpr); ok {
			if i, ok := places[l]; ok {
				return Literal(values[i]).node()
			}
		}
		return n
	})
}

// patternCopy is memory for what is copied.
type patternCopy struct {
	literals []LiteralExpr
	binaries []BinaryExpr
	operands []Expr
}

// expr is what stands in a place.
func (c *patternCopy) expr(k *kid) Expr {
	if k.to == nil {
		return Expr{at: &c.literals[k.at].exprState}
	}
	return c.condition(k.to)
}

// list copies a list.
func (c *patternCopy) list(list []Expr) []Expr {
	start := len(c.operands)
	c.operands = append(c.operands, list...)
	return clip(c.operands[start:])
}

func (c *patternCopy) statement(b *branch) Node {
	switch n := b.node.(type) {
	case *SelectStmt:
		return c.selectStmt(b, n)
	case *InsertStmt:
		return c.insert(b, n)
	case *UpdateStmt:
		s := *n
		s.set = c.assignments(b, n.set)
		c.which(b, &s.where, &s.limit)
		return &s
	default:
		s := *b.node.(*DeleteStmt)
		c.which(b, &s.where, &s.limit)
		return &s
	}
}

// which sets what says which rows a change is of.
func (c *patternCopy) which(b *branch, where, limit *Expr) {
	for i := range b.kids {
		switch k := &b.kids[i]; k.place {
		case inWhere:
			*where = c.expr(k)
		case inLimit:
			*limit = c.expr(k)
		}
	}
}

func (c *patternCopy) selectStmt(b *branch, n *SelectStmt) *SelectStmt {
	s := selectOf(n.data())
	s.base = n.base
	d := s.parts
	copied := false
	for i := range b.kids {
		switch k := &b.kids[i]; k.place {
		case inJoin:
			if !copied {
				d.joins, copied = append([]SelectJoin(nil), d.joins...), true
			}
			d.joins[k.index].on = c.expr(k)
		case inWhere:
			d.where = c.expr(k)
		case inHaving:
			d.having = c.expr(k)
		case inLimit:
			d.limit = c.expr(k)
		case inOffset:
			d.offset = c.expr(k)
		}
	}
	return s
}

func (c *patternCopy) insert(b *branch, n *InsertStmt) *InsertStmt {
	s := insertOf(n.data())
	s.base = n.base
	d := s.parts
	if b.kids[0].place == inCell { // they come first
		rows := d.rows
		d.rows = make([]valuesRow, len(rows))
		for i, r := range rows {
			d.rows[i].cells = c.list(r.cells)
		}
	}
	d.conflict.set = c.assignments(b, d.conflict.set)
	width := len(d.columns)
	for i := range b.kids {
		switch k := &b.kids[i]; k.place {
		case inCell:
			d.rows[k.index/width].cells[k.index%width] = c.expr(k)
		case inWhere:
			d.conflict.where = c.expr(k)
		}
	}
	return s
}

// assignments copies a list of which some values are free.
func (c *patternCopy) assignments(b *branch, list []Assignment) []Assignment {
	copied := false
	for i := range b.kids {
		if k := &b.kids[i]; k.place == inSet {
			if !copied {
				list, copied = append([]Assignment(nil), list...), true
			}
			list[k.index].value = c.expr(k)
		}
	}
	return list
}

func (c *patternCopy) condition(b *branch) Expr {
	switch n := b.node.(type) {
	case *BinaryExpr:
		c.binaries = append(c.binaries, *n)
		x := &c.binaries[len(c.binaries)-1]
		for i := range b.kids {
			if k := &b.kids[i]; k.place == inLeft {
				x.left = c.expr(k)
			} else {
				x.right = c.expr(k)
			}
		}
		return itselfOf(x)
	case *LogicExpr:
		x := *n
		x.room, x.terms = nil, c.list(n.terms)
		for i := range b.kids {
			x.terms[b.kids[i].index] = c.expr(&b.kids[i])
		}
		return itselfOf(&x)
	case *UnaryExpr:
		x := *n
		x.x = c.expr(&b.kids[0])
		return itselfOf(&x)
	case *BetweenExpr:
		x := *n
		for i := range b.kids {
			if k := &b.kids[i]; k.place == inLow {
				x.low = c.expr(k)
			} else {
				x.high = c.expr(k)
			}
		}
		return itselfOf(&x)
	case *LikeExpr:
		x := *n
		x.pattern = c.expr(&b.kids[0])
		return itselfOf(&x)
	case *InExpr:
		x := *n
		if b.kids[0].place == inTerm { // they come first
			x.list = c.list(n.list)
		}
		for i := range b.kids {
			if k := &b.kids[i]; k.place == inTerm {
				x.list[k.index] = c.expr(k)
			} else {
				x.query = c.statement(k.to).(*SelectStmt)
			}
		}
		return itselfOf(&x)
	default:
		x := *b.node.(*ExistsExpr)
		x.query = c.statement(b.kids[0].to).(*SelectStmt)
		return itselfOf(&x)
	}
}

// itselfOf is a copy of a node, which knows itself.
func itselfOf(n exprNode) Expr {
	x := n.expr()
	x.self = n
	return Expr{at: x}
}
