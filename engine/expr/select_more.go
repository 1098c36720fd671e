package expr

import (
	"slices"
	"strconv"

	"github.com/sqlser/sqlser/schema"
)

// namedWindow is WINDOW name AS (window).
type namedWindow struct {
	name   string
	window Window
}

func (w *namedWindow) fields(f *Fields) {
	f.String("name", &w.name)
	w.window.fields(f)
}

// Window defines a window that functions name by [NamedWindow].
func (s *SelectStmt) Window(name string, w Window) *SelectStmt {
	w.clone()
	return s.withMore(func(_ *selectData, m *selectMore) { m.windows = append(m.windows, namedWindow{name, w}) })
}

// LockStrength says what others may still do with locked rows. Values are wire
// codes: append only.
type LockStrength uint8

// The strengths, the strongest first.
const (
	ForUpdate LockStrength = iota + 1
	ForNoKeyUpdate
	ForShare
	ForKeyShare
	lockStrengths
)

var lockNames = [lockStrengths]string{ForUpdate: "update", ForNoKeyUpdate: "no key update", ForShare: "share", ForKeyShare: "key share"}

// String returns the name, such as "update".
func (l LockStrength) String() string {
	if l == 0 || l >= lockStrengths {
		return "unknown lock"
	}
	return lockNames[l]
}

// LockStrengths returns every strength.
func LockStrengths() []LockStrength {
	return []LockStrength{ForUpdate, ForNoKeyUpdate, ForShare, ForKeyShare}
}

// LockWait says what to do about rows that are locked already. Values are wire
// codes: append only.
type LockWait uint8

// What to do.
const (
	WaitForLock LockWait = iota
	NoWait               // an error
	SkipLocked           // leave them out
	lockWaits
)

// Lock is FOR UPDATE OF sources NOWAIT. The zero Lock is none.
type Lock struct {
	strength LockStrength
	of       []FromClause // sources; none for all
	wait     LockWait
}

// Strength returns how strong the lock is; 0 for no lock.
func (l Lock) Strength() LockStrength { return l.strength }

// Of returns the sources whose rows are locked, after Resolve their occurrences;
// none for all.
func (l Lock) Of() List[FromClause] { return List[FromClause]{l.of} }

// Wait says what to do about rows that are locked already.
func (l Lock) Wait() LockWait { return l.wait }

func (l *Lock) fields(f *Fields) {
	f.Code("lock", (*uint8)(&l.strength))
	f.Froms("lock_of", &l.of)
	f.Code("lock_wait", (*uint8)(&l.wait))
}

func (l *Lock) check() *Error {
	if l.strength == 0 && (l.wait != 0 || len(l.of) > 0) || l.strength >= lockStrengths || l.wait >= lockWaits {
		return fail(CodeForm, "no such lock")
	}
	for _, c := range l.of {
		if _, ok := c.(Source); !ok {
			if _, ok := c.(*Occurrence); !ok {
				return fail(CodeForm, "a lock of what is no source")
			}
		}
	}
	return nil
}

// Locked locks the rows of the sources, or of all, until the transaction ends.
func (s *SelectStmt) Locked(strength LockStrength, wait LockWait, of ...FromClause) *SelectStmt {
	return s.withMore(func(_ *selectData, m *selectMore) { m.lock = Lock{strength, present(of), wait} })
}

// forUpdate is Locked by a script's options: of, skip_locked, nowait, mode.
func (s *SelectStmt) forUpdate(options any) *SelectStmt {
	strength, wait, of := ForUpdate, WaitForLock, []FromClause(nil)
	o, ok := options.([]any)
	if !ok {
		return s.Locked(strength, wait)
	}
	of, _ = o[0].([]FromClause)
	var wrong *Error
	switch {
	case o[1] == true && o[2] == true:
		wrong = fail(CodeForm, "skip_locked and nowait")
	case o[1] == true:
		wait = SkipLocked
	case o[2] == true:
		wait = NoWait
	}
	if name, ok := o[3].(string); ok {
		i := slices.Index(lockNames[1:], name)
		if strength = LockStrength(i + 1); i < 0 {
			wrong = fail(CodeName, "no lock %q", name)
			wrong.Hint = schema.DidYouMean(name, lockNames[1:])
		}
	}
	return s.withMore(func(_ *selectData, m *selectMore) {
		m.lock = Lock{strength, of, wait}
		m.wrong(wrong)
	})
}

// correlation says which sources a subquery takes from the query around it. The
// zero value is all that it can.
type correlation struct {
	mode  uint8 // 1: those in outer, 2: all but those in outer
	outer []FromClause
}

const (
	correlateOnly = iota + 1
	correlateExcept
	correlateEnd
)

func (c *correlation) fields(f *Fields) {
	f.Code("correlate", &c.mode)
	f.Froms("correlate_of", &c.outer)
}

func (c *correlation) check() *Error {
	if c.mode >= correlateEnd || c.mode == 0 && len(c.outer) > 0 {
		return fail(CodeForm, "unknown correlation")
	}
	for _, f := range c.outer {
		if _, ok := f.(Source); !ok {
			return fail(CodeForm, "a correlation with what is no source")
		}
	}
	return nil
}

// takes reports whether a source that the query around has is taken from there.
func (c *correlation) takes(s Source) bool {
	if c.mode == 0 {
		return true
	}
	named := slices.ContainsFunc(c.outer, func(f FromClause) bool {
		o, ok := f.(Source)
		return ok && o.Identity() == s.Identity()
	})
	return named == (c.mode == correlateOnly)
}

// Correlate makes s, as a subquery, take these sources and no others from the
// query around it; those that it names else are its own. Without any it takes none.
// As a source in FROM it takes none unless this, or CorrelateExcept, says so, and
// then of the queries around the one that it stands in: see [Lateral] for what
// stands beside it.
func (s *SelectStmt) Correlate(sources ...FromClause) *SelectStmt {
	return s.withMore(func(_ *selectData, m *selectMore) { m.correlation = correlation{correlateOnly, present(sources)} })
}

// CorrelateExcept makes s, as a subquery, take all sources from the query around
// it but these.
func (s *SelectStmt) CorrelateExcept(sources ...FromClause) *SelectStmt {
	return s.withMore(func(_ *selectData, m *selectMore) { m.correlation = correlation{correlateExcept, present(sources)} })
}

// LimitWithTies is Limit, but keeps the rows that equal the last one in order.
func (s *SelectStmt) LimitWithTies(n any) *SelectStmt {
	return s.withMore(func(c *selectData, m *selectMore) { c.limit, m.ties = bound(n), n != nil })
}

// checkMore checks what check leaves.
func (s *selectData) checkMore(known *labelCheck) *Error {
	m := s.more
	if m == nil {
		return s.checkWindows()
	}
	if err := s.checkOptions(); err != nil {
		return err
	}
	if m.distinct && len(m.on) > 0 {
		return fail(CodeForm, "DISTINCT and DISTINCT ON")
	}
	for _, x := range m.on {
		if x.IsZero() {
			return missing("a key of DISTINCT ON")
		}
		if err := noPlain("distinct", x); err != nil {
			return err
		}
		if err := known.check(x); err != nil {
			return err
		}
	}
	if m.ties && s.limit.IsZero() {
		return fail(CodeForm, "WITH TIES without a limit")
	}
	seen := map[string]bool{}
	for _, w := range m.windows {
		switch {
		case w.name == "":
			return missing("the name of a window")
		case seen[w.name]:
			return fail(CodeName, "two windows %q", w.name)
		case w.window.name != "":
			return fail(CodeForm, "a window is defined by its parts")
		}
		if err := checkName("window", w.name); err != nil {
			return err
		}
		if err := w.window.check(); err != nil {
			return err
		}
		seen[w.name] = true
	}
	if err := s.checkWindows(); err != nil {
		return err
	}
	if err := m.lock.check(); err != nil {
		return err
	}
	if err := checkWith(m.ctes); err != nil {
		return err
	}
	for i := range m.raw {
		if err := m.raw[i].check(); err != nil {
			return err
		}
	}
	return m.correlation.check()
}

// checkWindows makes sure that window functions stand where there are rows to see.
func (s *selectData) checkWindows() *Error {
	if err := noWindow("WHERE", s.where); err != nil {
		return err
	}
	if err := noWindow("HAVING", s.having); err != nil {
		return err
	}
	for _, x := range s.group {
		if err := noWindow("GROUP BY", x); err != nil {
			return err
		}
	}
	for _, j := range s.joins {
		if err := noWindow("ON", j.on); err != nil {
			return err
		}
	}
	for _, w := range s.rest().windows {
		for _, x := range w.window.partition {
			if err := noWindow("a window", x); err != nil {
				return err
			}
		}
		for _, o := range w.window.order {
			if err := noWindow("a window", o.expr); err != nil {
				return err
			}
		}
	}
	return nil
}

// noWindow refuses a window function.
func noWindow(what string, x Expr) *Error {
	if x.at == nil || !x.at.marks.has(hasWindows) {
		return nil
	}
	return fail(CodeForm, "a window function in %s: take it from a subquery", what)
}

// checkWhole checks what a later call of a builder may still mend.
func (s *selectData) checkWhole() *Error {
	m := s.rest()
	if m.ties && len(s.order) == 0 {
		return fail(CodeForm, "WITH TIES needs an order")
	}
	names := make([]string, len(m.windows))
	for i, w := range m.windows {
		names[i] = w.name
	}
	for _, i := range s.items {
		if err := namedWindows(i.expr, names); err != nil {
			return err
		}
	}
	for _, o := range s.order {
		if err := namedWindows(o.expr, names); err != nil {
			return err
		}
	}
	return nil
}

// namedWindows checks that the windows that x names are among names.
func namedWindows(x Expr, names []string) *Error {
	if x.at == nil || !x.at.marks.has(hasWindows) {
		return nil
	}
	if o, ok := x.node().(*OverExpr); ok && o.window.name == "" { // there is no other in it
		return nil
	}
	return namedWindowsBelow(x, names)
}

func namedWindowsBelow(x Expr, names []string) (err *Error) {
	walkExpr(x, func(n Node) bool {
		if o, ok := n.(*OverExpr); ok && o.window.name != "" && err == nil && !slices.Contains(names, o.window.name) {
			err = fail(CodeName, "no window %q: define it by window(...)", o.window.name)
			err.Hint = schema.DidYouMean(o.window.name, names)
		}
		return err == nil
	})
	return err
}

// DistinctOn returns the keys of DISTINCT ON.
func (s *SelectStmt) DistinctOn() List[Expr] { return List[Expr]{s.rest().on} }

// Windows returns how many windows are defined.
func (s *SelectStmt) Windows() int { return len(s.rest().windows) }

// WindowAt returns a window that is defined, and its name.
func (s *SelectStmt) WindowAt(i int) (name string, w Window) {
	windows := s.rest().windows
	if i < 0 || i >= len(windows) {
		return "", Window{}
	}
	return windows[i].name, windows[i].window
}

// LockClause returns the lock.
func (s *SelectStmt) LockClause() Lock { return s.rest().lock }

// IsWithTies reports whether the limit keeps what equals the last row in order.
func (s *SelectStmt) IsWithTies() bool { return s.rest().ties }

// With puts queries into WITH that nothing names: one that changes rows takes place
// all the same. Those that s names stand there anyway.
func (s *SelectStmt) With(ctes ...Source) *SelectStmt {
	return s.withMore(func(_ *selectData, m *selectMore) {
		for _, w := range ctes {
			m.ctes = append(m.ctes, orNone[FromClause](w))
		}
	})
}

func checkWith(ctes []FromClause) *Error {
	var seen map[FromClause]bool // where they are many
	if len(ctes) > 32 {
		seen = make(map[FromClause]bool, len(ctes))
	}
	for i, w := range ctes {
		switch w.(type) {
		case nil:
			return missing("a query of WITH")
		case *CTESource, *RecursiveSource:
		default:
			return fail(CodeForm, "with: expected a CTE, got %s", w.Op())
		}
		if seen[w] || seen == nil && slices.Contains(ctes[:i], w) {
			return fail(CodeForm, "with: a CTE stands there twice")
		}
		if seen != nil {
			seen[w] = true
		}
	}
	return nil
}

// WithClause returns the CTEs that stand in WITH although nothing names them; none
// after Resolve.
func (s *SelectStmt) WithClause() List[FromClause] { return List[FromClause]{s.rest().ctes} }

// CTE makes a source of s that stands in WITH; see [CTE].
func (s *SelectStmt) CTE(name string) *CTESource { return CTE(s, name) }

// Lateral makes a source of s that may name the sources before it; see [Lateral].
func (s *SelectStmt) Lateral(name string) *SubquerySource { return Lateral(s, name) }

// Union combines the rows with those of others and drops repeated ones.
func (s *SelectStmt) Union(q ...Query) *CompoundStmt { return Compound(Union, s, q...) }

// UnionAll combines the rows with those of others.
func (s *SelectStmt) UnionAll(q ...Query) *CompoundStmt { return Compound(UnionAll, s, q...) }

// Intersect keeps the rows that all have, each once.
func (s *SelectStmt) Intersect(q ...Query) *CompoundStmt { return Compound(Intersect, s, q...) }

// IntersectAll keeps the rows that all have, as often as all have them.
func (s *SelectStmt) IntersectAll(q ...Query) *CompoundStmt { return Compound(IntersectAll, s, q...) }

// Except keeps the rows that the others have not, each once.
func (s *SelectStmt) Except(q ...Query) *CompoundStmt { return Compound(Except, s, q...) }

// ExceptAll takes away a row for each equal one that the others have.
func (s *SelectStmt) ExceptAll(q ...Query) *CompoundStmt { return Compound(ExceptAll, s, q...) }

// Count makes SELECT count(*) of the rows of a query.
func Count(q Query) *SelectStmt {
	if q = orNone(q); q == nil || stateOf(q).problem() != nil {
		return Select(Func("count").Label("count")).From(Subquery(q, "anon"))
	}
	if s, ok := q.(*SelectStmt); ok {
		q = s.forCount()
	} else if c, ok := q.(*CompoundStmt); ok && c.limit.IsZero() && c.offset.IsZero() && len(c.order) > 0 {
		q = c.Without("order_by")
	}
	return Select(Func("count").Label("count")).From(Subquery(q, "anon"))
}

// forCount is s with a name for each column, and without an order that no limit needs.
func (s *SelectStmt) forCount() *SelectStmt {
	if wholeIn(s.own().items) {
		s = s.withKeys()
	}
	if d := s.data(); d.limit.IsZero() && d.offset.IsZero() && len(d.rest().on) == 0 && len(d.order) > 0 {
		s = s.Without("order_by")
	}
	if _, err := derive(s); err == nil {
		return s
	}
	return s.with(func(c *selectData) {
		c.items = slices.Clone(c.items)
		seen := map[string]bool{}
		for i := range c.items {
			seen[c.items[i].Name()] = true
		}
		used := map[string]bool{}
		for i := range c.items {
			name := c.items[i].Name()
			if name != "" && !used[name] {
				used[name] = true
				continue
			}
			for k := i + 1; ; k++ {
				if name = "column_" + strconv.Itoa(k); !seen[name] {
					break
				}
			}
			seen[name], used[name] = true, true
			c.items[i].label = name
		}
	})
}

// withKeys has the keys of whole entities in their place, and nothing loaded.
func (s *SelectStmt) withKeys() *SelectStmt {
	return s.withMore(func(c *selectData, m *selectMore) {
		var keys []Item
		for _, i := range c.items {
			w, ok := i.expr.node().(*EntityExpr)
			if !ok {
				keys = append(keys, i)
				continue
			}
			for _, k := range EntityOf(w.source).Key() {
				keys = append(keys, Item{expr: attribute(w.source, k)})
			}
		}
		c.items = keys
		m.options = slices.DeleteFunc(slices.Clone(m.options), func(o *LoadOption) bool { return o.kind != LoaderCriteria })
	})
}
