package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// checkItems checks the columns, with which a select begins.
func (s *selectData) checkItems() *Error {
	if len(s.items) == 0 {
		return missing("a column")
	}
	for _, i := range s.items {
		if i.expr.IsZero() {
			return missing("a column")
		}
		if c, ok := i.expr.node().(*ColumnExpr); ok && c.Name() == i.label {
			return fail(CodeForm, "label %q only repeats the column's name", i.label)
		}
		if err := checkName("label", i.label); err != nil {
			return err
		}
	}
	return nil
}

func (s *SelectStmt) check() *Error {
	d := s.data()
	return d.check()
}

func (s *selectData) check() *Error {
	if err := s.checkItems(); err != nil {
		return err
	}
	known := labelCheck{columns: s.items}
	if err := checkFroms(s.from); err != nil {
		return err
	}
	if err := checkJoins(s.joins); err != nil {
		return err
	}
	if err := checkGroup(s.group, &known); err != nil {
		return err
	}
	if err := checkOrder(s.order, &known); err != nil {
		return err
	}
	if err := known.check(s.having); err != nil {
		return err
	}
	if err := checkBound(s.limit); err != nil {
		return err
	}
	if err := checkBound(s.offset); err != nil {
		return err
	}
	if err := condition("WHERE", s.where); err != nil {
		return err
	}
	if err := condition("HAVING", s.having); err != nil {
		return err
	}
	return s.checkMore(&known)
}

func checkFroms(list []FromClause) *Error {
	if slices.Contains(list, nil) {
		return missing("a source")
	}
	if slices.ContainsFunc(list, isRelated) {
		return fail(CodeForm, "a relationship is joined: it cannot stand in FROM by itself")
	}
	return nil
}

func checkJoins(list []SelectJoin) *Error {
	for _, j := range list {
		if err := j.check(); err != nil {
			return err
		}
	}
	return nil
}

func (j *SelectJoin) check() *Error {
	if j.target == nil {
		return missing("what to join")
	}
	return checkJoin(j.kind, j.on, j.target)
}

func checkGroup(list []Expr, known *labelCheck) *Error {
	for _, x := range list {
		if x.IsZero() {
			return missing("what to group by")
		}
		if err := noPlain("group_by", x); err != nil {
			return err
		}
		if err := known.check(x); err != nil {
			return err
		}
	}
	return nil
}

func checkOrder(list []Order, known *labelCheck) *Error {
	for _, o := range list {
		switch {
		case o.expr.IsZero():
			return missing("what to order by")
		case o.nulls >= nullsEnd:
			return fail(CodeForm, "unknown place of NULL: %d", o.nulls)
		}
		if err := noPlain("order_by", o.expr); err != nil {
			return err
		}
		if err := known.check(o.expr); err != nil {
			return err
		}
	}
	return nil
}

// noPlain refuses a plain value, which orders and groups nothing.
func noPlain(what string, x Expr) *Error {
	if n, ok := x.node().(*LiteralExpr); ok {
		return fail(CodeArgument, "%s: %s is a plain value: name a column, or a label by ref(...)", what, n.Value())
	}
	return nil
}

func checkBound(x Expr) *Error {
	if x.IsZero() {
		return nil
	}
	if t := x.Type(); t.Family() != schema.FamilyInteger {
		return fail(CodeType, "LIMIT and OFFSET: expected an integer, got %s", t)
	}
	switch n := x.node().(type) {
	case *LiteralExpr:
		if n.isNull() || n.Value().Int() < 0 {
			return fail(CodeValue, "LIMIT and OFFSET: expected 0 or more, got %s", n.Value())
		}
	case *ParamExpr:
	case *ColumnExpr: // deeper ones are found when it is resolved, in no scope
		return fail(CodeForm, "LIMIT and OFFSET: expected what is the same for all rows, got a column")
	default:
		if m := x.at.marks; m.has(hasRefs | hasWindows) {
			return fail(CodeForm, "LIMIT and OFFSET: expected what is the same for all rows, got a label or a window")
		}
	}
	return nil
}
