package serializer

import (
	"errors"

	"github.com/sqlser/sqlser/engine/expr"
)

// The commonest nodes are read as their fields say, without asking for them, and without keeping a path: where anything is wrong,
// the payload is read once more, carefully, which tells what it is, and where. A test holds both ways equal.

// errAgain is what is wrong for all that reading directly tells.
var errAgain = errors.New("serializer: to be read carefully")

// again makes d begin its payload anew, to read it carefully.
func (d *decoder) again() {
	d.anew()
	d.careful = true
	d.notes.none()
}

// anew makes d forget what it has read.
func (d *decoder) anew() {
	was, payload, types, notes := d.reading, d.payload, d.types, d.notes
	d.reset()
	d.begin(payload, was.limits, types)
	d.payload, d.notes = payload, notes
	d.limits, d.mending, d.tight, d.careful = was.limits, was.mending, was.tight, was.careful
}

// direct reads a node of one of the commonest kinds and forms; of others it has read nothing. After an error it is nil.
func (d *decoder) direct() (made expr.Node, ok bool) {
	at := d.pos
	if len(d.s)-at < 3 || d.depth > d.limits.Depth {
		return nil, false
	}
	n, op, c := int(d.s[at])-int(codeFixedArrayLow), expr.Op(d.s[at+1]), d.s[at+2]
	if uint(n) > uint(codeFixedArrayMask) || n > len(d.s)-d.claimed {
		return nil, false
	}
	switch op {
	case expr.OpBinary:
		ok = n == 4 && c-1 < codePosFixedNumHigh // of 1 to 127
	case expr.OpColumn, expr.OpAlias:
		ok = n == 3
	case expr.OpLogic, expr.OpCall:
		ok = n == 2 || n == 3
	case expr.OpLiteral:
		if n == 2 && c <= expr.MostSmall && d.notes == nil { // which tell literals by their nodes
			d.pos, d.claimed = at+3, d.claimed+n
			return d.fields.ReadSmall(c), true
		}
		ok = n == 2
	case expr.OpExcluded, expr.OpRef, expr.OpParam:
		ok = n == 2
	case expr.OpSelect:
		ok = n >= 2 && n <= 1+selectFields
	case expr.OpInsert:
		ok = n >= 2 && n <= 1+insertFields && d.intoTable(c)
	}
	if !ok {
		return nil, false
	}
	d.pos, d.claimed = at+2, d.claimed+n
	d.depth++
	switch op {
	case expr.OpBinary:
		made = d.binary()
	case expr.OpColumn:
		made = d.farColumn()
	case expr.OpAlias:
		made = d.alias()
	case expr.OpLogic:
		made = d.logic(n == 3)
	case expr.OpCall:
		made = d.call(n == 3)
	case expr.OpLiteral:
		made = d.literal()
	case expr.OpExcluded:
		made = of(d, d.fields.ReadExcluded, d.Source())
	case expr.OpRef:
		made = of(d, d.fields.ReadRef, d.String())
	case expr.OpParam:
		made = of(d, d.fields.ReadParameter, d.Parameter())
	case expr.OpSelect:
		made = d.selected(n - 1)
	case expr.OpInsert:
		made = d.insert(n - 1)
	}
	d.depth--
	if d.err != nil {
		return nil, true
	}
	if d.tight && (expr.Size(made) > d.limits.Size || expr.Depth(made) > d.limits.Depth) {
		d.fail(errAgain)
	}
	return made, true
}

// of makes a node of what has been read.
func of[T any, N expr.Node](d *decoder, read func(T) (N, error), v T) expr.Node {
	if d.err != nil {
		return nil
	}
	n, err := read(v)
	if err != nil {
		d.fail(err)
	}
	return n
}

// literal reads one that does not stand alone.
func (d *decoder) literal() expr.Node {
	start := d.pos
	v := d.value()
	if d.err != nil || v.IsNull() || standsAlone(v.Kind()) { // NULL is absent
		d.fail(errAgain)
		return nil
	}
	n, err := d.fields.ReadLiteral(v)
	if err != nil {
		d.fail(err)
		return nil
	}
	d.notes.literal(n, start, d.pos)
	return n
}

// operand reads an expression.
func (d *decoder) operand(in expr.Place) expr.Expr {
	c := d.peek()
	if n := d.plain(c); n != nil {
		d.pos++
		return d.fields.OperandColumn(n)
	}
	var n expr.Node
	if isFixedArray(c) {
		n = d.node()
	} else {
		n = d.other(c)
	}
	if d.err != nil {
		return expr.Expr{}
	}
	return d.fields.Operand(n, in)
}

// operands reads a list of expressions.
func (d *decoder) operands(in expr.Place) []expr.Expr {
	list := d.fields.Operands(d.items())
	for i := range list {
		if list[i] = d.operand(in); d.err != nil {
			return nil
		}
	}
	return list
}

func (d *decoder) binary() expr.Node {
	op := expr.BinaryOp(d.s[d.pos])
	d.pos++
	left := d.operand(expr.Beside)
	right := d.operand(expr.Beside)
	if d.err != nil {
		return nil
	}
	n, err := d.fields.ReadBinary(op, left, right)
	if err != nil {
		d.fail(err)
	}
	return n
}

// farColumn reads a column that is a record, as few are.
func (d *decoder) farColumn() expr.Node {
	c := d.peek()
	s := d.use()
	if c < nearSources {
		d.fail(errAgain)
	}
	return d.columnOf(s, d.uint())
}

func (d *decoder) alias() expr.Node {
	s := d.Source()
	label := d.String()
	if d.err != nil {
		return nil
	}
	n, err := d.fields.ReadAlias(s, label)
	if err != nil {
		d.fail(err)
	}
	return n
}

func (d *decoder) logic(or bool) expr.Node {
	terms := d.operands(expr.AsCond)
	or = or && d.present()
	if d.err != nil {
		return nil
	}
	n, err := d.fields.ReadLogic(or, terms)
	if err != nil {
		d.fail(err)
	}
	return n
}

func (d *decoder) call(has bool) expr.Node {
	fn := d.Function()
	var args []expr.Expr
	if has {
		args = d.operands(expr.Anywhere)
	}
	if d.err != nil {
		return nil
	}
	n, err := d.fields.ReadCall(fn, args)
	if err != nil {
		d.fail(err)
	}
	return n
}

// lacksField reads the nil of a field that is absent, and reports whether there is one; the last field would be left out.
func (d *decoder) lacksField(last bool) bool {
	if d.peek() != codeNil {
		return false
	}
	if d.pos++; last {
		d.fail(errAgain)
	}
	return true
}

// selectFields is how many fields a select has that has nothing beside the usual.
const selectFields = 9

// selected reads a select with so many fields of these.
func (d *decoder) selected(fields int) expr.Node {
	var p expr.PlainSelect
	for i := range fields {
		if d.lacksField(i == fields-1) {
			continue
		}
		switch i {
		case 0:
			p.Items = d.itemList()
		case 1:
			p.From = d.fields.FromList(d.items())
			for i := range p.From {
				p.From[i] = d.clause()
			}
		case 2:
			p.Joins = d.fields.JoinList(d.items())
			for i := range p.Joins {
				p.Joins[i] = d.join()
			}
		case 3:
			p.Where = d.operand(expr.AsCond)
		case 4:
			p.Group = d.operands(expr.Anywhere)
		case 5:
			p.Having = d.operand(expr.AsCond)
		case 6:
			p.Order = d.fields.OrderList(d.items())
			for i := range p.Order {
				p.Order[i] = d.order()
			}
		case 7:
			p.Limit = d.operand(expr.Anywhere)
		case 8:
			p.Offset = d.operand(expr.Anywhere)
		}
		if d.err != nil {
			return nil
		}
	}
	if d.err != nil {
		return nil
	}
	n, err := d.fields.ReadSelect(&p)
	if err != nil {
		d.fail(err)
	}
	return n
}

// itemList reads the columns of a statement; none has another label than it had.
func (d *decoder) itemList() []expr.Item {
	list := d.fields.ItemList(d.items())
	for i := range list {
		if n := d.plainItem(); n != nil {
			list[i] = d.fields.Item(d.fields.OperandColumn(n), "")
			continue
		}
		parts := d.array()
		x, label := d.operand(expr.AsItem), ""
		if parts == 2 {
			label = d.String()
		} else if parts != 1 {
			d.fail(errAgain)
		}
		if d.err != nil {
			return nil
		}
		list[i] = d.fields.Item(x, label)
	}
	return list
}

func (d *decoder) join() (none expr.SelectJoin) {
	parts := d.array()
	kind := expr.JoinKind(d.number(255, "a code"))
	target := d.clause()
	var on expr.Expr
	if parts == 3 {
		on = d.operand(expr.Anywhere)
	}
	if parts < 2 || parts > 3 || kind == 0 || d.err != nil {
		d.fail(errAgain)
		return none
	}
	return d.fields.Join(kind, target, on)
}

func (d *decoder) order() (none expr.Order) {
	parts := d.array()
	x := d.operand(expr.Anywhere)
	desc, nulls := false, expr.Nulls(0)
	if parts == 2 || parts == 3 && !d.isNil() {
		desc = d.present()
	}
	if parts == 3 {
		nulls = expr.Nulls(d.number(255, "a code"))
	}
	if parts < 1 || parts > 3 || parts == 3 && nulls == 0 || d.err != nil {
		d.fail(errAgain)
		return none
	}
	return d.fields.Order(x, desc, nulls)
}

// plainItem reads an item that is a column and nothing else, where nothing can be said against it; else it is nil, and has read nothing.
func (d *decoder) plainItem() *expr.ColumnExpr {
	at := d.pos
	if len(d.s)-at < 2 || d.s[at] != codeFixedArrayLow|1 || d.claimed == len(d.s) {
		return nil
	}
	n := d.plain(d.s[at+1])
	if n != nil {
		d.pos += 2
		d.claimed++
	}
	return n
}

// PlainItem reads an item that is a column and nothing else, where nothing can be said against it; else it is nil.
func (d *decoder) PlainItem() *expr.ColumnExpr {
	if d.careful {
		return nil
	}
	n := d.plainItem()
	if n != nil {
		d.frame.next()
	}
	return n
}

// PlainColumn reads a column against which nothing can be said; else it is nil.
func (d *decoder) PlainColumn() *expr.ColumnExpr {
	if d.careful {
		return nil
	}
	n := d.plain(d.peek())
	if n != nil {
		d.frame.next()
		d.pos++
	}
	return n
}
