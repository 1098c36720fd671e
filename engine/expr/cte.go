package expr

import "slices"

// Materialized says whether a CTE is computed once, by itself. Values are wire
// codes: append only.
type Materialized uint8

// What is asked of the database.
const (
	MaterializedDefault Materialized = iota // as it likes
	MaterializedAlways
	MaterializedNever
	materializedEnd
)

// CTESource is a query under a name in WITH: written once, however often it is
// used. Its query sees nothing of the statement around it. It may be a change with
// RETURNING.
type CTESource struct {
	source
	query        Statement
	label        string
	materialized Materialized
	outs         []Output
}

// CTE makes a source of a query, or of a change with RETURNING, that stands in WITH;
// every call makes another one. Each column of the query needs a name of its own.
func CTE(q Statement, name string) *CTESource {
	if query, ok := q.(Query); ok {
		q = spelled(orNone(query))
	}
	n := &CTESource{query: orNone(q), label: name}
	n.self = n
	var m measure // seal, without asking for fields
	if n.query != nil {
		m.closed(n.query.state())
	}
	if n.settle(&m) {
		n.judge(OpCTE, n.check())
	} else {
		finish(n, m.above(), m.err)
	}
	return n
}

// Materialized returns the source with or without a fence: another one.
func (n *CTESource) Materialized(m Materialized) *CTESource {
	if b, bad := n.bad(); bad {
		return &CTESource{source: source{base: b}, label: n.label}
	}
	return seal(&CTESource{query: n.query, label: n.label, materialized: m})
}

// Op returns OpCTE.
func (*CTESource) Op() Op { return OpCTE }

func (n *CTESource) fields(f *Fields) {
	f.Statement("query", &n.query)
	f.String("name", &n.label)
	f.Code("materialized", (*uint8)(&n.materialized))
}

func (n *CTESource) check() (err *Error) {
	if n.query == nil {
		return missing("the query")
	}
	if n.materialized >= materializedEnd {
		return fail(CodeForm, "unknown code of materialized: %d", n.materialized)
	}
	if n.outs, err = derive(n.query); err == nil {
		err = checkName("the name", n.label)
	}
	n.self = n
	return err
}

// Query returns the query, or the change.
func (n *CTESource) Query() Statement { return n.query }

// IsMaterialized says whether it is to be computed by itself.
func (n *CTESource) IsMaterialized() Materialized { return n.materialized }

// Name returns the name that was asked for, or "".
func (n *CTESource) Name() string { return n.label }

// Identity returns the source itself.
func (n *CTESource) Identity() any { return n }

// Columns returns the columns of the query.
func (n *CTESource) Columns() []Output { return n.outs }

// Find returns the index of the column of this name.
func (n *CTESource) Find(name string) []int { return findIn(n.outs, name) }

// SelfSource stands, in the step of a recursive query, for the rows that the last
// step found; at first, for those of the anchor.
type SelfSource struct {
	source
	anchor Query
	label  string
	outs   []Output
}

// Op returns OpSelf.
func (*SelfSource) Op() Op { return OpSelf }

func (n *SelfSource) fields(f *Fields) {
	f.Query("anchor", &n.anchor)
	f.String("name", &n.label)
}

func (n *SelfSource) check() (err *Error) {
	if n.anchor == nil {
		return missing("the anchor")
	}
	if n.outs, err = derive(n.anchor); err == nil {
		err = checkName("the name", n.label)
	}
	n.self = n
	return err
}

// Anchor returns the query that recursion starts with.
func (n *SelfSource) Anchor() Query { return n.anchor }

// Name returns the name that was asked for, or "".
func (n *SelfSource) Name() string { return n.label }

// Identity returns the source itself.
func (n *SelfSource) Identity() any { return n }

// Columns returns the columns of the anchor.
func (n *SelfSource) Columns() []Output { return n.outs }

// Find returns the index of the column of this name.
func (n *SelfSource) Find(name string) []int { return findIn(n.outs, name) }

// RecursiveSource is WITH RECURSIVE name AS (anchor UNION ALL step): the rows of
// the anchor, and those that the step finds, until it finds none.
type RecursiveSource struct {
	source
	own      *SelfSource
	step     Query
	distinct bool
	outs     []Output
}

// Recursive makes a recursive query: step gets the source of the rows that were
// found last and returns the query of those that follow from them. It has as many
// columns as the anchor, of types that compare; the columns of the source are wide
// enough for both.
func Recursive(name string, anchor Query, step func(found Source) Query) *RecursiveSource {
	own := seal(&SelfSource{anchor: spelled(orNone(anchor)), label: name})
	n := &RecursiveSource{own: own}
	if Err(own) == nil && step != nil {
		n.step = spelled(orNone(step(own)))
	}
	return seal(n)
}

// Distinct returns the source with UNION in place of UNION ALL: a row that was
// found before is left out, which ends cycles. It is another source.
func (n *RecursiveSource) Distinct() *RecursiveSource {
	if b, bad := n.bad(); bad {
		return &RecursiveSource{source: source{base: b}}
	}
	return seal(&RecursiveSource{own: n.own, step: n.step, distinct: true})
}

// Op returns OpRecursive.
func (*RecursiveSource) Op() Op { return OpRecursive }

func (n *RecursiveSource) fields(f *Fields) {
	own := Source(n.own)
	if n.own == nil {
		own = nil
	}
	f.Source("self", &own)
	n.own, _ = own.(*SelfSource)
	f.Query("step", &n.step)
	f.Bool("distinct", &n.distinct)
}

func (n *RecursiveSource) check() *Error {
	n.self = n
	if n.own == nil {
		return missing("the anchor")
	}
	if n.step == nil {
		return missing("the step")
	}
	if err := alignedWith(n.own.outs, n.step.Outputs()); err != nil {
		return err
	}
	n.outs = combined(n.own.outs, n.step.Outputs())
	return nil
}

// combined are the columns of the first list in types that hold the values of all.
func combined(first []Output, others ...[]Output) []Output {
	outs := slices.Clone(first)
	for _, list := range others {
		for i, o := range list {
			outs[i].Type = wider(outs[i].Type, o.Type)
		}
	}
	for i := range outs {
		outs[i].Column, outs[i].Nullable, outs[i].Index = nil, true, i
	}
	return outs
}

// alignedWith checks that the columns of a query fit those of another.
func alignedWith(first, second []Output) *Error {
	if len(first) != len(second) {
		return fail(CodeType, "%s and %s do not go together", count(len(first), "column"), count(len(second), "column"))
	}
	for i := range first {
		if t, u := first[i].Type, second[i].Type; t != u && !t.Comparable(u) {
			return fail(CodeType, "column %d is of type %s and of type %s", i+1, t, u)
		}
	}
	return nil
}

// Self returns the source that the step names.
func (n *RecursiveSource) Self() *SelfSource { return n.own }

// Step returns the query of the rows that follow.
func (n *RecursiveSource) Step() Query { return n.step }

// IsDistinct reports whether rows that were found before are left out.
func (n *RecursiveSource) IsDistinct() bool { return n.distinct }

// Name returns the name that was asked for, or "".
func (n *RecursiveSource) Name() string {
	if n.own == nil {
		return ""
	}
	return n.own.label
}

// Identity returns the source itself.
func (n *RecursiveSource) Identity() any { return n }

// Columns returns the columns: the names of the anchor's.
func (n *RecursiveSource) Columns() []Output { return n.outs }

// Find returns the index of the column of this name.
func (n *RecursiveSource) Find(name string) []int { return findIn(n.Columns(), name) }

var cteMethods = []Method{{
	On: OnQuery, Name: "cte", Doc: "the query as a source that is written once, in WITH; {materialized = true} or false",
	Args: []Arg{{"name", ArgString}, {"options", ArgOptions}}, Optional: 1, Options: []Arg{{"materialized", ArgFlag}},
	Example: `sql.select((sql.select(u.id):where(u.active):cte "c").id)`,
	SQL:     `WITH "c" AS (SELECT "users"."id" FROM "users" WHERE "users"."active") SELECT "c"."id" FROM "c"`,
	Build: func(self any, a []any) any {
		c := CTE(self.(Query), a[0].(string))
		if o, ok := a[1].([]any); ok {
			if yes, ok := o[0].(bool); ok && yes {
				return c.Materialized(MaterializedAlways)
			} else if ok {
				return c.Materialized(MaterializedNever)
			}
		}
		return c
	},
}}

var recursiveMethods = []Method{{
	On: OnModule, Name: "recursive", Doc: "the rows of the anchor, and those that follow step by step; {distinct = true} leaves out rows found before",
	Args: []Arg{{"name", ArgString}, {"anchor", ArgQuery}, {"step", ArgStep}, {"options", ArgOptions}}, Optional: 1, Options: []Arg{{"distinct", ArgFlag}},
	Example: `sql.select(sql.recursive("n", sql.select(sql.literal(1, sql.types.integer):label "i"), function(n) return sql.select(n.i:add(1)):where(n.i:lt(5)) end).i)`,
	SQL:     `WITH RECURSIVE "n" AS (SELECT ? AS "i" UNION ALL SELECT "n"."i" + ? FROM "n" WHERE "n"."i" < ?) SELECT "n_1"."i" FROM "n" AS "n_1"`,
	Build: func(_ any, a []any) any {
		step := a[2].(func(Source) any)
		var wrong *Error
		r := Recursive(a[0].(string), a[1].(Query), func(found Source) Query {
			q, ok := step(found).(Query)
			if !ok {
				wrong = fail(CodeArgument, "the step: expected it to return a query")
			}
			return q
		})
		if wrong != nil {
			return &RecursiveSource{source: source{base: base{tally: tally{size: 1, depth: 1}, err: wrong.placed(OpRecursive)}}}
		}
		if o, ok := a[3].([]any); ok && o[0] == true {
			return r.Distinct()
		}
		return r
	},
}}
