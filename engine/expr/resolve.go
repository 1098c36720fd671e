package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// Resolved is a statement in which everything is explicit: FROM is one clause of
// occurrences, each column is of one of them, labels that are named are replaced by
// what they stand for, and each result column has a name and type. Expressions in which
// nothing changes are those of the statement that was resolved.
type Resolved struct {
	stmt        Node
	common      []*CommonTable
	outputs     []Output
	occurrences []*Occurrence
	uses        uses
	parameters  []*Parameter
	hostValues  []*Parameter
	changes     []Op
	arena       *arena // which the tree is in
}

// Release takes back the memory of the resolved tree, for others to use: neither the tree
// nor its occurrences may be used any more. Whoever keeps them does not call it.
func (r *Resolved) Release() {
	if a := r.arena; a != nil {
		*r = Resolved{}
		a.release()
	}
}

// Changes returns what is done to rows: OpInsert, OpUpdate, OpDelete, by the statement
// itself and those in WITH. ON CONFLICT DO UPDATE is both of the first.
func (r *Resolved) Changes() List[Op] { return List[Op]{r.changes} }

// Statement returns the resolved tree.
func (r *Resolved) Statement() Node { return r.stmt }

// CommonTables returns what WITH defines, each behind those that it names.
func (r *Resolved) CommonTables() List[*CommonTable] { return List[*CommonTable]{r.common} }

// Outputs returns the columns of the rows; a column without a name has "".
func (r *Resolved) Outputs() List[Output] { return List[Output]{r.outputs} }

// Occurrences returns every use of a source.
func (r *Resolved) Occurrences() List[*Occurrence] { return List[*Occurrence]{r.occurrences} }

// OccurrenceOf returns the use of a source that a column of the statement is of; nil for
// a column that is not resolved.
func (r *Resolved) OccurrenceOf(n *ColumnExpr) *Occurrence {
	switch {
	case n == nil || n.of == nil:
		return nil
	case n.of.occ != nil || r == nil:
		return n.of.occ
	}
	return r.uses.find(n.of)
}

// Parameters returns the parameters, by first use.
func (r *Resolved) Parameters() List[*Parameter] { return List[*Parameter]{r.parameters} }

// HostValues returns the values that only the host gives, see [HostValue], by first use.
func (r *Resolved) HostValues() List[*Parameter] { return List[*Parameter]{r.hostValues} }

// Resolve makes everything explicit that a statement leaves to be found out. The
// work is bounded by [MaxSize], however often sources are shared.
func Resolve(stmt Node) (*Resolved, error) { return ResolveUnder(stmt, nil) }

// ResolveUnder is Resolve where by decides what stands in the place of tables.
func ResolveUnder(stmt Node, by Restrictor) (*Resolved, error) {
	return resolve(stmt, by, false)
}

// resolve is ResolveUnder; byFields, it asks each node that may be asked for its fields.
func resolve(stmt Node, by Restrictor, byFields bool) (*Resolved, error) {
	q, ok := stmt.(Statement)
	if !ok {
		e := fail(CodeArgument, "expected a statement")
		if stmt != nil {
			e.Op = stmt.Op()
		}
		return nil, e
	}
	if err := Err(stmt); err != nil {
		return nil, err
	}
	if IsConditional(q) {
		if q = Given(q, nil).(Statement); Err(q) != nil {
			return nil, Err(q)
		}
	}
	if HasEntities(q) {
		x, err := Expand(q)
		if err != nil {
			return nil, err
		}
		q = x.stmt
	}
	made, again, err := resolveNamed(q, by, byFields, by != nil)
	if again {
		made, _, err = resolveNamed(q, by, byFields, true)
	}
	return made, err
}

// resolveNamed resolves a statement. Unless the names of all tables are to be looked for first,
// derived sources are named as if no table was called so, and it may report that one is: that is
// seldom, and to look takes a walk through the statement.
func resolveNamed(q Statement, by Restrictor, byFields, first bool) (made *Resolved, again bool, err error) {
	r := newResolver(q)
	defer r.release()
	r.byFields = byFields
	if by != nil {
		r.by, r.names.hosts = by, by.MetaData()
	}
	r.names.first = first
	r.Resolved.outputs = q.Outputs()
	r.Resolved.stmt = r.statement(q, true)
	r.arena.occurrencesOf, r.arena.usesOf = r.occurrences, r.uses.list
	switch again = r.isNamed(); {
	case again:
		r.Resolved.Release()
		return nil, true, nil
	case r.err != nil:
		r.Resolved.Release()
		return nil, false, r.err
	}
	return r.Resolved, false, nil
}

// isNamed reports whether a derived source may be called as a table is.
func (r *resolver) isNamed() bool {
	if len(r.derived) == 0 {
		return false
	}
	if r.err != nil { // there may be tables that were not seen
		return true
	}
	var last *schema.MetaData
	for _, o := range r.occurrences {
		if o.table == nil || o.table.MetaData() == last {
			continue
		}
		last = o.table.MetaData()
		if slices.ContainsFunc(r.derived, last.HasTableNamed) {
			return true
		}
	}
	return false
}

type resolver struct {
	*Resolved
	names
	scratch
	children   *Fields // that resolves those of a node
	scope      *scope
	labels     *labels // what a RefExpr may name where the resolver is
	defined    map[any]*CommonTable
	steps      map[*SelfSource]*CommonTable // of the recursive queries whose step is resolved
	over       Node                         // the function that OVER is resolved of
	table      Node                         // the function that is resolved in FROM
	grouping   bool                         // a GroupingExpr may stand here
	rowwise    string                       // the clause that is resolved, where it sees one row; else ""
	aggregates []aggregateUse               // those that are being resolved
	parameters map[paramKey]*Parameter
	excluded   bool // the name of the excluded row is taken by one
	by         Restrictor
	hosts      bool // what by says is resolved
	byFields   bool // see resolve
	visits     int
	err        *Error
}

func (r *resolver) fail(op Op, code Code, format string, args ...any) {
	if r.err == nil {
		r.err = fail(code, format, args...)
		r.err.Op = op
	}
}

// spend counts visits, of which there are only so many.
func (r *resolver) spend(op Op, visits int) {
	if r.visits += visits; r.visits > MaxSize {
		r.visits = MaxSize
		r.fail(op, CodeSize, "larger than %d nodes when its sources are expanded", MaxSize)
	}
}
