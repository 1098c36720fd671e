package expr

// What a Reader with a form of its own for the commonest nodes makes of what it has read of
// one: the node that Read would make.

// Place is where an expression stands: some may stand in some fields only.
type Place marks

// The places.
const (
	Anywhere Place = 0
	Beside         = Place(isBeside)  // as a side of a comparison, see [Fields.Side]
	AsCond         = Place(mayVanish) // as a condition, see [Fields.Cond]
	AsItem         = Place(isWhole)   // as a column of a statement
)

// Operand makes an expression of a node that has been read. It fails the Reader, and is the zero
// Expr, where the node cannot stand in that place.
func (f *Fields) Operand(n Node, in Place) (x Expr) {
	f.operand(&x, n, marks(in))
	return x
}

// Operands returns room for so many expressions.
func (f *Fields) Operands(n int) []Expr { return f.room.list(n) }

// ReadBinary makes left op right.
func (f *Fields) ReadBinary(op BinaryOp, left, right Expr) (*BinaryExpr, error) {
	n := f.room.operation()
	n.op, n.left, n.right = op, left, right
	var t tally
	t.operand(left)
	t.operand(right)
	n.tally = t.above()
	if !n.tally.fits() {
		return nil, refused(OpBinary, n.tally.beyond())
	}
	if err := n.check(); err != nil {
		return nil, refused(OpBinary, err)
	}
	return n, nil
}

// ReadLogic makes AND or OR of terms, which it keeps.
func (f *Fields) ReadLogic(or bool, terms []Expr) (*LogicExpr, error) {
	n := f.room.condition()
	n.or, n.terms = or, terms
	var t tally
	for _, x := range terms {
		t.operand(x)
	}
	n.tally = t.above()
	if !n.tally.fits() {
		return nil, refused(OpLogic, n.tally.beyond())
	}
	if err := n.check(); err != nil {
		return nil, refused(OpLogic, err)
	}
	return n, nil
}

// ReadCall makes a call that has nothing beside its arguments, which it keeps.
func (f *Fields) ReadCall(fn *Function, args []Expr) (*CallExpr, error) {
	n := f.room.call()
	n.fn, n.args = fn, args
	var t tally
	for _, x := range args {
		t.operand(x)
	}
	n.tally = t.above()
	return read(n, &n.base)
}

// ReadRef names a label.
func (*Fields) ReadRef(label string) (*RefExpr, error) {
	n := &RefExpr{name: label}
	n.self, n.tally = n, tally{marks: hasRefs}.above()
	return read(n, &n.base)
}

// ReadParameter names a parameter.
func (*Fields) ReadParameter(p *Parameter) (*ParamExpr, error) {
	n := &ParamExpr{p: p}
	n.self, n.tally = n, tally{}.above()
	return read(n, &n.base)
}

// ReadAlias makes an alias whose rows are those of its source.
func (f *Fields) ReadAlias(of Source, label string) (*AliasSource, error) {
	n := f.room.alias()
	n.of, n.label = of, label
	var t tally
	t.closed(of)
	n.tally = t.above()
	return read(n, &n.base)
}

// PlainSelect is what a select says that has nothing beside the usual.
type PlainSelect struct {
	Items         []Item
	From          []FromClause
	Joins         []SelectJoin
	Where         Expr
	Group         []Expr
	Having        Expr
	Order         []Order
	Limit, Offset Expr
}

// ReadSelect makes a select, which keeps the lists.
func (f *Fields) ReadSelect(p *PlainSelect) (*SelectStmt, error) {
	n := f.room.selected()
	d := &n.parts.selectData
	d.items, d.where, d.limit = p.Items, p.Where, p.Limit
	if len(p.From)+len(p.Joins) > 0 { // pointers that are not written take no time while memory is collected
		d.from, d.joins = p.From, p.Joins
	}
	if len(p.Group)+len(p.Order) > 0 || p.Having.at != nil || p.Offset.at != nil {
		d.group, d.having, d.order, d.offset = p.Group, p.Having, p.Order, p.Offset
	}
	var t tally
	for i := range d.items {
		t.operand(d.items[i].expr)
	}
	for _, c := range d.from {
		t.closed(c)
	}
	for i := range d.joins {
		t.closed(d.joins[i].target)
		t.operand(d.joins[i].on)
	}
	t.operand(d.where)
	for _, x := range d.group {
		t.operand(x)
	}
	t.operand(d.having)
	for i := range d.order {
		t.operand(d.order[i].expr)
	}
	t.operand(d.limit)
	t.operand(d.offset)
	n.tally = t.above()
	if !n.tally.fits() {
		return nil, refused(OpSelect, n.tally.beyond())
	}
	if err := d.check(); err != nil {
		return nil, refused(OpSelect, err)
	}
	return n, nil
}

// ItemList returns room for so many columns of a statement; FromList, JoinList and OrderList for what their names say.
func (f *Fields) ItemList(n int) []Item { return many(&f.room.items, n) }

// FromList is as ItemList.
func (f *Fields) FromList(n int) []FromClause { return many(&f.room.froms, n) }

// JoinList is as ItemList.
func (f *Fields) JoinList(n int) []SelectJoin { return many(&f.room.joins, n) }

// OrderList is as ItemList.
func (f *Fields) OrderList(n int) []Order { return many(&f.room.orders, n) }

// Item is a column of a statement, of its parts; so are Join and Order.
func (*Fields) Item(x Expr, label string) Item { return Item{x, label} }

// Join is as Item.
func (*Fields) Join(kind JoinKind, target FromClause, on Expr) SelectJoin {
	return SelectJoin{kind, target, on}
}

// Order is as Item.
func (*Fields) Order(x Expr, desc bool, nulls Nulls) Order { return Order{x, desc, nulls} }

func (t *tally) operand(x Expr) {
	if x.at != nil {
		t.add(x.at.tally)
	}
}

// closed counts a source, or a join, that has been read: as that of measure.
func (t *tally) closed(c FromClause) {
	if c != nil {
		t.within(c.state())
	}
}

// within counts what stands in a source or query.
func (t *tally) within(b *base) {
	child := b.tally
	child.marks &= anywhere
	t.add(child)
}

// PlainReader is a Reader that tells plain columns.
type PlainReader interface {
	// PlainItem reads an item that is a column without a label, or returns nil and has read nothing.
	PlainItem() *ColumnExpr

	// PlainColumn reads what [Reader.Column] reads, or returns nil and has read nothing.
	PlainColumn() *ColumnExpr
}

// ItemWriter is a Writer that has a form of its own for items that are columns without labels.
type ItemWriter interface {
	Writer
	PlainItem(*ColumnExpr)
}

// itemList is a field that holds the columns of a statement.
func (f *Fields) itemList(name string, p *[]Item) {
	if w, ok := f.w.(ItemWriter); ok {
		f.writeItems(w, name, *p)
		return
	}
	if f.plain == nil {
		parts(f, name, p, (*Item).fields)
		return
	}
	if !f.r.Field(name) {
		return
	}
	all := many(&f.room.items, f.r.List())
	for i := 0; i < len(all) && f.r.Err() == nil; i++ {
		if n := f.plain.PlainItem(); n != nil {
			all[i].expr.at = &n.exprState
			f.tally.add(n.tally)
			continue
		}
		f.r.Open()
		all[i].fields(f)
		f.r.Close()
	}
	*p = all
}

func (f *Fields) writeItems(w ItemWriter, name string, list []Item) {
	if w.Field(name, len(list) > 0); len(list) == 0 {
		return
	}
	w.List(len(list))
	for i := range list {
		item := &list[i]
		if c, ok := item.expr.node().(*ColumnExpr); ok && item.label == "" && c.Source() != nil {
			w.PlainItem(c)
			continue
		}
		w.Open()
		item.fields(f)
		w.Close()
	}
}
