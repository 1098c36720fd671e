package serializer

import "github.com/sqlser/sqlser/engine/expr"

// The commonest nodes are read as their fields say, without asking for them. A test holds
// both ways equal, in their errors too.

// read reads the fields of a node whose kind has been read.
func (d *decoder) read(op expr.Op) (expr.Node, error) {
	f := d.frame
	c := d.peek()
	switch {
	case d.byFields || c == codeNil || f.left == 0:
	case op == expr.OpBinary && f.left == 3 && c-1 < codePosFixedNumHigh: // of 1 to 127
		return d.binary()
	case op == expr.OpLogic && f.left <= 2 && isArray(c):
		return d.logic()
	case op == expr.OpCall && f.left <= 2 && c <= codePosFixedNumHigh:
		return d.call()
	case op == expr.OpExcluded && f.left == 1:
		f.begin("table")
		of := d.Source()
		if d.err != nil {
			return nil, d.err
		}
		return node(d.fields.ReadExcluded(of))
	case op == expr.OpLiteral && f.left == 1:
		f.begin("value")
		v := d.value()
		if d.err != nil {
			return nil, d.err
		}
		return node(d.fields.ReadLiteral(v))
	}
	return expr.Read(op, d.fields)
}

// small reads a literal that is a small number, where nothing can be said against it; else it returns nil, and has read nothing.
func (d *decoder) small() expr.Node {
	at := d.pos
	if d.byFields || d.tight || d.depth > expr.MaxDepth || len(d.s)-at < 3 || len(d.s)-d.claimed < 2 ||
		d.s[at] != codeFixedArrayLow|2 || d.s[at+1] != byte(expr.OpLiteral) || d.s[at+2] > codePosFixedNumHigh {
		return nil
	}
	number := d.s[at+2]
	d.pos += 3
	d.claimed += 2
	if d.notes == nil {
		return d.fields.ReadSmall(number)
	}
	n, err := d.fields.ReadLiteral(expr.Int(int64(number))) // each is told by its node
	if err != nil {                                         // no number is refused
		return nil
	}
	d.notes.literal(n, at+2, at+3)
	return n
}

// node makes a Node of a pointer, that of no node nil.
func node[N interface {
	comparable
	expr.Node
}](n N, err error) (expr.Node, error) {
	if err != nil {
		return nil, err
	}
	return n, nil
}

// begin takes the next field, which is present.
func (f *frame) begin(name string) {
	f.field, f.item, f.list, f.gap = name, -1, false, false
	f.left--
}

func (d *decoder) binary() (expr.Node, error) {
	d.frame.begin("op")
	op := expr.BinaryOp(d.s[d.pos])
	d.pos++
	left := d.side("left")
	right := d.side("right")
	if d.err != nil {
		return nil, d.err
	}
	return node(d.fields.ReadBinary(op, left, right))
}

// side reads an operand that may be missing.
func (d *decoder) side(name string) (x expr.Expr) {
	if d.err != nil {
		return x
	}
	d.frame.begin(name)
	c := d.peek()
	if n := d.plain(c); n != nil {
		d.pos++
		return d.fields.OperandColumn(n)
	}
	if d.frame.gap = c == codeNil; d.frame.gap {
		d.pos++
		return x
	}
	return d.fields.Operand(d.other(c), expr.Beside)
}

func (d *decoder) logic() (expr.Node, error) {
	d.frame.begin("terms")
	terms := d.operands(expr.AsCond)
	or := false
	if d.err == nil && d.frame.left > 0 {
		or = d.Field("or") && d.present()
	}
	if d.err != nil {
		return nil, d.err
	}
	return node(d.fields.ReadLogic(or, terms))
}

// operands reads a list of expressions.
func (d *decoder) operands(in expr.Place) []expr.Expr {
	n := d.List()
	if n == 0 {
		return nil
	}
	list := d.fields.Operands(n)
	for i := range list {
		d.frame.item = i
		if list[i] = d.fields.Operand(d.expression(), in); d.err != nil {
			return nil
		}
	}
	return list
}

func (d *decoder) call() (expr.Node, error) {
	d.frame.begin("function")
	fn := d.Function()
	var args []expr.Expr
	if d.err == nil && d.frame.left > 0 && d.Field("args") {
		args = d.operands(expr.Anywhere)
	}
	if d.err != nil {
		return nil, d.err
	}
	return node(d.fields.ReadCall(fn, args))
}

// PlainItem reads an item that is a column and nothing else, where nothing can be said against it; else it is nil.
func (d *decoder) PlainItem() *expr.ColumnExpr {
	at := d.pos
	if d.byFields || d.drift.changed || len(d.s)-at < 2 || d.s[at] != codeFixedArrayLow|1 || d.claimed == len(d.s) { // what has changed is labelled anew
		return nil
	}
	n := d.plain(d.s[at+1])
	if n == nil {
		return nil
	}
	d.frame.next()
	d.pos += 2
	d.claimed++
	return n
}

// PlainColumn reads a column against which nothing can be said; else it is nil.
func (d *decoder) PlainColumn() *expr.ColumnExpr {
	if d.byFields {
		return nil
	}
	n := d.plain(d.peek())
	if n != nil {
		d.frame.next()
		d.pos++
	}
	return n
}
