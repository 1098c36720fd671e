package expr

// The commonest statements, as their fields say, but without asking them: see [shaper.Node].

func (w *shaper) selectStmt(s *SelectStmt) {
	w.b = append(w.b, byte(OpSelect))
	w.items(1, s.items)
	if len(s.from) > 0 {
		w.many(2, len(s.from))
		for _, c := range s.from {
			w.from(c)
		}
	}
	if len(s.joins) > 0 {
		w.many(3, len(s.joins))
		for _, j := range s.joins {
			w.code(1, uint8(j.kind))
			if j.target != nil {
				w.b = append(w.b, 2)
				w.from(j.target)
			}
			w.expr(3, j.on)
			w.b = append(w.b, 0)
		}
	}
	w.expr(4, s.where)
	w.exprs(5, s.group)
	w.expr(6, s.having)
	if len(s.order) > 0 {
		w.many(7, len(s.order))
		for _, o := range s.order {
			w.expr(1, o.expr)
			if o.desc {
				w.b = append(w.b, 2)
			}
			w.code(3, uint8(o.nulls))
			w.b = append(w.b, 0)
		}
	}
	w.expr(8, s.limit)
	w.expr(9, s.offset)
	w.b = append(w.b, 0)
}

func (w *shaper) insert(n *InsertStmt) {
	w.b = append(w.b, byte(OpInsert))
	if n.into != nil {
		w.b = append(w.b, 1)
		w.Source(n.into)
	}
	w.changeColumns(2, n.columns)
	if len(n.rows) > 0 {
		w.many(3, len(n.rows))
		for _, r := range n.rows {
			w.exprs(1, r.cells)
			w.b = append(w.b, 0)
		}
	}
	if n.query != nil {
		w.b = append(w.b, 4)
		w.Node(n.query)
	}
	c := &n.conflict
	w.code(5, uint8(c.action))
	w.changeColumns(6, c.columns)
	if c.constraint != "" {
		w.b = append(w.b, 7)
		w.text(c.constraint)
	}
	w.expr(8, c.among)
	if len(c.set) > 0 {
		w.many(9, len(c.set))
		for _, a := range c.set {
			if a.target.source != nil {
				w.b = append(w.b, 1)
				w.Column(a.target.source, a.target.column, a.target.index)
			}
			w.expr(2, a.value)
			w.b = append(w.b, 0)
		}
	}
	w.expr(10, c.where)
	w.items(11, n.returning)
	w.b = append(w.b, 0)
}

// many begins a field that holds a list.
func (w *shaper) many(place byte, length int) {
	w.b = append(w.b, place)
	w.number(length)
}

// code writes a field that holds a number of a closed list.
func (w *shaper) code(place, v byte) {
	if v != 0 {
		w.b = append(w.b, place, v)
	}
}

// expr writes a field that holds an expression.
func (w *shaper) expr(place byte, x Expr) {
	if x.node != nil {
		w.b = append(w.b, place)
		w.Node(x.node)
	}
}

// exprs writes a field that holds a list of expressions.
func (w *shaper) exprs(place byte, list []Expr) {
	if len(list) > 0 {
		w.b = append(w.b, place)
		w.list(list)
	}
}

func (w *shaper) items(place byte, list []Item) {
	if len(list) == 0 {
		return
	}
	w.many(place, len(list))
	for _, i := range list {
		w.expr(1, i.expr)
		if i.label != "" {
			w.b = append(w.b, 2)
			w.text(i.label)
		}
		w.b = append(w.b, 0)
	}
}

func (w *shaper) changeColumns(place byte, list []changeColumn) {
	if len(list) == 0 {
		return
	}
	w.many(place, len(list))
	for _, c := range list {
		if c.source != nil {
			w.Column(c.source, c.column, c.index)
		}
	}
}

// from writes a source, or a join.
func (w *shaper) from(c FromClause) {
	if s, ok := c.(Source); ok {
		w.Source(s)
	} else if c != nil {
		w.Node(c)
	}
}
