package expr

// CommonTable is what WITH defines in a resolved statement: a query under a name
// that is unique in it.
type CommonTable struct {
	name         string
	columns      []string
	query        Statement // of a recursive one, the anchor
	step         Query
	distinct     bool
	materialized Materialized
	used         bool // a use has its name
	outputs      []Output
}

// Name is how the statement calls it.
func (c *CommonTable) Name() string { return c.name }

// Columns returns how the statement calls its columns.
func (c *CommonTable) Columns() List[string] { return List[string]{c.columns} }

// Outputs returns its columns, with their types. They are not to be changed.
func (c *CommonTable) Outputs() []Output { return c.outputs }

// Query returns the resolved query, or change; of a recursive one, the anchor.
func (c *CommonTable) Query() Statement { return c.query }

// Step returns the resolved step of a recursive one, else nil.
func (c *CommonTable) Step() Query { return c.step }

// IsDistinct reports whether recursion leaves out rows that were found before.
func (c *CommonTable) IsDistinct() bool { return c.distinct }

// Materialized says whether it is to be computed by itself.
func (c *CommonTable) Materialized() Materialized { return c.materialized }

// define resolves what WITH defines, once. It sees nothing around it, nor what a
// recursive query around it has found: it is written before that.
func (r *resolver) define(s Source) *CommonTable {
	if c := r.defined[s.Identity()]; c != nil {
		return c
	}
	outer, steps := r.scope, r.steps
	defer func() { r.scope, r.steps = outer, steps }()
	r.scope, r.steps = nil, nil
	r.spend(s.Op(), 1)
	c := &CommonTable{outputs: s.Columns()}
	switch s := s.(type) {
	case *CTESource:
		c.materialized = s.materialized
		c.query = r.statement(s.query, false)
		c.name = r.unique(s.label, nil, false)
		c.columns = namesOfOutputs(c.query)
	case *RecursiveSource:
		c.distinct = s.distinct
		c.query = r.query(s.own.anchor, nil, false)
		c.name = r.unique(s.own.label, nil, false)
		c.columns = namesOfOutputs(c.query)
		r.steps = map[*SelfSource]*CommonTable{s.own: c}
		uses := len(r.occurrences)
		c.step = r.query(s.step, nil, false)
		found := 0
		for _, o := range r.occurrences[uses:] {
			if o.cte == c {
				found++
			}
		}
		if found != 1 {
			r.fail(OpRecursive, CodeFrom, "%s: the step must name what was found just once in FROM, it does %d times", s.own.label, found)
		}
	}
	if r.err != nil {
		return nil
	}
	if r.defined == nil {
		r.defined = map[any]*CommonTable{}
	}
	r.defined[s.Identity()] = c
	r.common = append(r.common, c)
	return c
}
