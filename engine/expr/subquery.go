package expr

// SubquerySource is (SELECT ...) AS name in FROM, or LATERAL (SELECT ...), which
// sees what stands before it.
type SubquerySource struct {
	source
	query   Query
	label   string
	lateral bool
	outs    []Output
}

// Subquery makes a source of a query; every call makes another one. Each column
// of the query needs a name of its own.
func Subquery(q Query, name string) *SubquerySource {
	return seal(&SubquerySource{query: spelled(orNone(q)), label: name})
}

// Lateral makes a source of a query that may name the sources before it in FROM.
func Lateral(q Query, name string) *SubquerySource {
	return seal(&SubquerySource{query: spelled(orNone(q)), label: name, lateral: true})
}

// Op returns OpSubquery.
func (*SubquerySource) Op() Op { return OpSubquery }

func (n *SubquerySource) fields(f *Fields) {
	f.Query("query", &n.query)
	f.String("name", &n.label)
	f.Bool("lateral", &n.lateral)
}

func (n *SubquerySource) check() (err *Error) {
	if n.query == nil {
		return missing("the query")
	}
	if n.outs, err = derive(n.query); err == nil {
		err = checkName("the name", n.label)
	}
	n.self = n
	return err
}

// derive returns the columns that a source takes from a query.
func derive(q Statement) ([]Output, *Error) {
	outs := q.Outputs()
	if err := noWhole(q); err != nil {
		return nil, err
	}
	if len(outs) == 0 {
		return nil, fail(CodeForm, "a change without RETURNING gives no rows")
	}
	var seen nameSet
	for i := range outs {
		name := outs[i].Name
		if name == "" || seen.has(name) {
			return nil, fail(CodeName, "column %d of the query needs a label of its own (%q)", i+1, name)
		}
		if len(outs) > 1 {
			seen.add(name)
		}
		outs[i].Column, outs[i].Index = nil, i
	}
	return outs, nil
}

// Query returns the query.
func (n *SubquerySource) Query() Query { return n.query }

// IsLateral reports whether the query may name the sources before it.
func (n *SubquerySource) IsLateral() bool { return n.lateral }

// Name returns the name that was asked for, or "".
func (n *SubquerySource) Name() string { return n.label }

// Identity returns the source itself.
func (n *SubquerySource) Identity() any { return n }

// Columns returns the columns of the query.
func (n *SubquerySource) Columns() []Output { return n.outs }

// Find returns the index of the column of this name.
func (n *SubquerySource) Find(name string) []int { return findIn(n.outs, name) }

var subqueryMethods = []Method{{
	On: OnQuery, Name: "subquery", Doc: "the query as a source; each of its columns needs a name of its own", Args: []Arg{{"name", ArgString}}, Optional: 1,
	Example: `sql.select((sql.select(u.id):where(u.active):subquery "s").id)`,
	SQL:     `SELECT "s"."id" FROM (SELECT "users"."id" FROM "users" WHERE "users"."active") AS "s"`,
	Build:   func(self any, a []any) any { return Subquery(self.(Query), nameOf(a[0])) },
}, {
	On: OnQuery, Name: "lateral", Doc: "the query as a source that may name the sources before it in FROM", Args: []Arg{{"name", ArgString}}, Optional: 1,
	Example: `sql.select(u.id):cross_join(sql.select(a.city):where(a.user_id:eq(u.id)):limit(1):lateral "l")`,
	SQL:     `SELECT "users"."id" FROM "users" CROSS JOIN LATERAL (SELECT "addresses"."city" FROM "addresses" WHERE "addresses"."user_id" = "users"."id" LIMIT $1::BIGINT) AS "l"`,
	Build:   func(self any, a []any) any { return Lateral(self.(Query), nameOf(a[0])) },
}}
