package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// LoadKind says what a [LoadOption] does. Values are wire codes: append only.
type LoadKind uint8

// The kinds of options. Those of a relationship say how it is loaded.
const (
	JoinedLoad     LoadKind = iota + 1 // in the same statement, by a LEFT JOIN
	SelectinLoad                       // by a statement of its own, for the keys that were found
	SubqueryLoad                       // by a statement of its own, for what the statement gives
	RaiseLoad                          // not at all
	ContainsEager                      // in the same statement, from what it joins itself
	LoadOnly                           // these attributes, and the key
	Defer                              // all attributes but these
	LoaderCriteria                     // what holds of an entity wherever the statement, and what is loaded with it, meets it
	loadKinds
)

var loadNames = [loadKinds]string{"unknown", "joinedload", "selectinload", "subqueryload", "raiseload", "contains_eager", "load_only", "defer", "loader_criteria"}

// String returns the kind's name, such as "joinedload".
func (k LoadKind) String() string {
	if k >= loadKinds {
		return loadNames[0]
	}
	return loadNames[k]
}

// LoadKinds returns every kind, in order of its code.
func LoadKinds() []LoadKind {
	all := make([]LoadKind, 0, loadKinds)
	for k := JoinedLoad; k < loadKinds; k++ {
		all = append(all, k)
	}
	return all
}

// LoadOption says how a select loads whole entities: which relationships with them, and
// which attributes.
type LoadOption struct {
	base
	kind       LoadKind
	related    *RelatedClause
	entity     Source
	attributes []Expr
	where      Expr
	options    []*LoadOption
}

// Load makes an option of a relationship: JoinedLoad, SelectinLoad, SubqueryLoad,
// RaiseLoad or ContainsEager. The others say how what it leads to is loaded.
func Load(kind LoadKind, related *RelatedClause, options ...*LoadOption) *LoadOption {
	return seal(&LoadOption{kind: kind, related: orNone(related), options: present(options)})
}

// LoadAttributes makes an option of attributes: LoadOnly or Defer.
func LoadAttributes(kind LoadKind, attributes ...any) *LoadOption {
	return seal(&LoadOption{kind: kind, attributes: exprs(attributes)})
}

// WithCriteria makes an option of an entity: the conditions hold wherever it stands, under
// whatever alias, also in subqueries and in what is loaded with the statement.
func WithCriteria(e Source, conds ...any) *LoadOption {
	return seal(&LoadOption{kind: LoaderCriteria, entity: orNone(e), where: And(conds...)})
}

// Op returns OpLoad.
func (*LoadOption) Op() Op { return OpLoad }

func (n *LoadOption) fields(f *Fields) {
	f.Code("kind", (*uint8)(&n.kind))
	f.Related("related", &n.related)
	f.Source("entity", &n.entity)
	f.Exprs("attributes", &n.attributes)
	f.Expr("where", &n.where)
	f.Options("options", &n.options)
	f.marks |= hasEntities
}

func (n *LoadOption) check() *Error {
	attributes := n.kind == LoadOnly || n.kind == Defer
	switch {
	case n.kind == 0 || n.kind >= loadKinds:
		return fail(CodeForm, "unknown kind of option: %d", n.kind)
	case attributes != (len(n.attributes) > 0):
		return fail(CodeForm, "%s: attributes are missing, or too much", n.kind)
	case (n.kind == LoaderCriteria) != (n.entity != nil) || (n.kind == LoaderCriteria) != !n.where.IsZero():
		return fail(CodeForm, "%s: an entity with conditions is missing, or too much", n.kind)
	case (n.kind <= ContainsEager) != (n.related != nil):
		return fail(CodeForm, "%s: a relationship is missing, or too much", n.kind)
	case len(n.options) > 0 && (n.kind == RaiseLoad || n.kind == LoaderCriteria || attributes):
		return fail(CodeForm, "%s has no options of its own", n.kind)
	case n.kind == LoaderCriteria:
		if e, ok := n.entity.(*EntitySource); !ok {
			return fail(CodeForm, "%s: expected an entity, got %s", n.kind, n.entity.Name())
		} else if e.entity == nil {
			return missing("the entity")
		}
		return condition("loader_criteria", n.where)
	}
	for _, o := range n.options {
		if o == nil {
			return missing("an option")
		}
		if o.kind == LoaderCriteria {
			return fail(CodeForm, "%s is an option of the select: it holds everywhere", o.kind)
		}
	}
	var of Source
	for _, x := range n.attributes {
		a, ok := x.node().(*AttributeExpr)
		if !ok {
			return fail(CodeArgument, "%s: expected an attribute", n.kind)
		}
		if of != nil && of.Identity() != a.source.Identity() {
			return fail(CodeArgument, "%s: attributes of %s and of %s: give each an option of its own", n.kind, of.Name(), a.source.Name())
		}
		of = a.source
	}
	return nil
}

// Kind returns the kind.
func (n *LoadOption) Kind() LoadKind { return n.kind }

// Related returns the relationship that is loaded, or nil.
func (n *LoadOption) Related() *RelatedClause { return n.related }

// Entity returns the entity of criteria, or nil.
func (n *LoadOption) Entity() Source { return n.entity }

// Attributes returns the attributes that are loaded, or not.
func (n *LoadOption) Attributes() List[Expr] { return List[Expr]{n.attributes} }

// WhereClause returns the condition of criteria, or the zero Expr.
func (n *LoadOption) WhereClause() Expr { return n.where }

// Nested returns the options of what is loaded.
func (n *LoadOption) Nested() List[*LoadOption] { return List[*LoadOption]{n.options} }

// Options adds options of what is loaded.
func (n *LoadOption) Options(options ...*LoadOption) *LoadOption {
	if n == nil || n.problem() != nil || len(options) == 0 {
		return n
	}
	c := *n
	c.options = append(clip(n.options), present(options)...)
	return seal(&c)
}

// then adds an option to the last of a chain: each one is of what the one before it loads.
func (n *LoadOption) then(o *LoadOption) *LoadOption {
	if n == nil || n.problem() != nil {
		return n
	}
	last := len(n.options) - 1
	if last < 0 || n.options[last].kind > ContainsEager || o.kind > ContainsEager && o.related == nil && !leadsFrom(n.options[last], o) {
		return n.Options(o)
	}
	c := *n
	c.options = append(clip(n.options[:last]), n.options[last].then(o))
	return seal(&c)
}

// leadsFrom reports whether an option of attributes is of what another one loads.
func leadsFrom(n, o *LoadOption) bool {
	if len(o.attributes) == 0 || n.related == nil || n.problem() != nil {
		return false
	}
	a, ok := o.attributes[0].node().(*AttributeExpr)
	return ok && a.source != nil && n.related.Target() != nil && a.source.Identity() == n.related.Target().Identity()
}

// Options adds options: how whole entities are loaded. A later one of the same
// relationship, or attribute, counts.
func (s *SelectStmt) Options(options ...*LoadOption) *SelectStmt {
	if len(options) == 0 {
		return s
	}
	return s.withMore(func(_ *selectData, m *selectMore) { m.options = append(m.options, present(options)...) })
}

// LoadOptions returns the options.
func (s *SelectStmt) LoadOptions() List[*LoadOption] { return List[*LoadOption]{s.rest().options} }

// checkOptions checks that the options are of what the select has.
func (s *selectData) checkOptions() *Error {
	for _, o := range s.rest().options {
		if o == nil {
			return missing("an option")
		}
		if o.kind == LoaderCriteria {
			continue
		}
		if of := o.of(); of != nil && !s.hasWhole(of) {
			err := fail(CodeName, "%s is of %s, which is not among the columns as a whole", o.kind, of.Name())
			var names []string
			for _, i := range s.items {
				if w, ok := i.expr.node().(*EntityExpr); ok && w.source != nil {
					names = append(names, w.source.Name())
				}
			}
			err.Hint = schema.DidYouMean(of.Name(), names)
			return err
		}
	}
	return nil
}

// of returns what an option is of, or nil.
func (n *LoadOption) of() Source {
	if n.related != nil {
		return n.related.source
	}
	if len(n.attributes) > 0 {
		if a, ok := n.attributes[0].node().(*AttributeExpr); ok {
			return a.source
		}
	}
	return nil
}

// hasWhole reports whether a source stands among the columns as a whole entity.
func (s *selectData) hasWhole(of Source) bool {
	for _, i := range s.items {
		if w, ok := i.expr.node().(*EntityExpr); ok && w.source != nil && w.source.Identity() == of.Identity() {
			return true
		}
	}
	return false
}

// loadMethod is the row of sql.name(relationship, options), and of the same behind another
// option.
func loadMethod(kind LoadKind, doc, sql string) []Method {
	m := Method{
		On: OnModule, Name: kind.String(), Doc: doc, Args: []Arg{{"relationship", ArgRelated}, {"options", ArgLoads}}, Optional: 1,
		Example: `sql.select(db.User):options(sql.` + kind.String() + `(db.User.addresses))`, SQL: sql,
		Build: func(_ any, a []any) any { return Load(kind, a[0].(*RelatedClause), loadsOf(a[1])...) },
	}
	if kind == RaiseLoad {
		m.Args, m.Optional = m.Args[:1], 0
		m.Build = func(_ any, a []any) any { return Load(kind, a[0].(*RelatedClause)) }
	}
	if kind == ContainsEager {
		m.Example = `sql.select(db.User):join(db.User.addresses):options(sql.contains_eager(db.User.addresses))`
	}
	then := m
	then.On, then.Doc = OnLoad, doc+"; it is of what the option loads"
	then.Example = `sql.select(db.Address):options(sql.joinedload(db.Address.user):` + kind.String() + `(db.User.addresses))`
	then.SQL = `SELECT "addresses"."id", "addresses"."user_id", "addresses"."email", "addresses"."city", ` + allUsers("users_1") + ` FROM "addresses" LEFT JOIN "users" AS "users_1" ON "addresses"."user_id" = "users_1"."id"`
	switch kind {
	case JoinedLoad:
		then.SQL = `SELECT "addresses"."id", "addresses"."user_id", "addresses"."email", "addresses"."city", ` + allUsers("users_1") + `, "addresses_1"."id", "addresses_1"."user_id", "addresses_1"."email", "addresses_1"."city" FROM "addresses" LEFT JOIN "users" AS "users_1" ON "addresses"."user_id" = "users_1"."id" LEFT JOIN "addresses" AS "addresses_1" ON "users_1"."id" = "addresses_1"."user_id"`
	case ContainsEager:
		then.Example = `sql.select(db.Address):join(db.Address.user):options(sql.contains_eager(db.Address.user):contains_eager(db.User.addresses))`
		then.SQL = `SELECT "addresses"."id", "addresses"."user_id", "addresses"."email", "addresses"."city", ` + allUsers("users") + `, "addresses"."id", "addresses"."user_id", "addresses"."email", "addresses"."city" FROM "addresses" JOIN "users" ON "addresses"."user_id" = "users"."id"`
	}
	then.Build = func(self any, a []any) any { return self.(*LoadOption).then(m.Build(nil, a).(*LoadOption)) }
	return []Method{m, then}
}

// allUsers are the columns of the examples' users.
func allUsers(source string) string {
	text := ""
	for _, name := range []string{"id", "name", "active"} {
		if text != "" {
			text += ", "
		}
		text += `"` + source + `"."` + name + `"`
	}
	return text
}

func loadsOf(arg any) []*LoadOption {
	list, _ := arg.([]*LoadOption)
	return list
}

// attributesMethod is the row of sql.name(attributes), and of the same behind another option.
func attributesMethod(kind LoadKind, doc, sql, then string) []Method {
	m := Method{
		On: OnModule, Name: kind.String(), Doc: doc, Args: []Arg{{"attributes", ArgKeys}},
		Example: `sql.select(db.User):options(sql.` + kind.String() + `(db.User.name))`, SQL: sql,
		Build: func(_ any, a []any) any { return LoadAttributes(kind, a[0].([]any)...) },
	}
	of := m
	of.On, of.Doc = OnLoad, doc+", of what the option loads"
	of.Example = `sql.select(db.Address):options(sql.joinedload(db.Address.user):` + kind.String() + `(db.User.name))`
	of.SQL = then
	of.Build = func(self any, a []any) any { return self.(*LoadOption).then(m.Build(nil, a).(*LoadOption)) }
	return []Method{m, of}
}

var loadMethods = slices.Concat(
	loadMethod(JoinedLoad, "loads a relationship in the same statement, by a left join",
		`SELECT `+allUsers("users")+`, "addresses_1"."id", "addresses_1"."user_id", "addresses_1"."email", "addresses_1"."city" FROM "users" LEFT JOIN "addresses" AS "addresses_1" ON "users"."id" = "addresses_1"."user_id"`),
	loadMethod(SelectinLoad, "loads a relationship by a statement of its own, for the keys that were found", `SELECT `+allUsers("users")+` FROM "users"`),
	loadMethod(SubqueryLoad, "loads a relationship by a statement of its own, for all that the query gives", `SELECT `+allUsers("users")+` FROM "users"`),
	loadMethod(RaiseLoad, "does not load a relationship", `SELECT `+allUsers("users")+` FROM "users"`),
	loadMethod(ContainsEager, "loads a relationship from what the query joins itself",
		`SELECT `+allUsers("users")+`, "addresses"."id", "addresses"."user_id", "addresses"."email", "addresses"."city" FROM "users" JOIN "addresses" ON "users"."id" = "addresses"."user_id"`),
	attributesMethod(LoadOnly, "loads these attributes, and the key",
		`SELECT "users"."id", "users"."name" FROM "users"`,
		`SELECT "addresses"."id", "addresses"."user_id", "addresses"."email", "addresses"."city", "users_1"."id", "users_1"."name" FROM "addresses" LEFT JOIN "users" AS "users_1" ON "addresses"."user_id" = "users_1"."id"`),
	attributesMethod(Defer, "loads all attributes but these",
		`SELECT "users"."id", "users"."active" FROM "users"`,
		`SELECT "addresses"."id", "addresses"."user_id", "addresses"."email", "addresses"."city", "users_1"."id", "users_1"."active" FROM "addresses" LEFT JOIN "users" AS "users_1" ON "addresses"."user_id" = "users_1"."id"`),
	[]Method{{
		On: OnModule, Name: "with_loader_criteria", Doc: "what holds of an entity wherever the query, and what is loaded with it, meets it", Args: []Arg{{"entity", ArgFrom}, {"conditions", ArgConds}},
		Example: `sql.select(db.User.id):join(db.User.addresses):options(sql.with_loader_criteria(db.Address, db.Address.city:ne "Rome"))`,
		SQL:     `SELECT "users"."id" FROM "users" JOIN "addresses" ON "users"."id" = "addresses"."user_id" AND "addresses"."city" <> ?`,
		Build: func(_ any, a []any) any {
			e, _ := a[0].(Source)
			return WithCriteria(e, a[1].([]any)...)
		},
	}, {
		On: OnSelect, Name: "options", Doc: "how whole entities are loaded; a later option of the same counts", Args: []Arg{{"options", ArgLoads}},
		Example: `sql.select(db.User):options(sql.load_only(db.User.id))`,
		SQL:     `SELECT "users"."id" FROM "users"`,
		Build:   func(self any, a []any) any { return self.(*SelectStmt).Options(loadsOf(a[0])...) },
	}})
