package expr

import "github.com/sqlser/sqlser/schema"

// labels are what a RefExpr may name: the columns of its select, by label or name.
type labels struct {
	named []Item         // the columns as they were given
	index map[string]int // made when first needed; twice marks a name that stands twice
	items []Item         // when resolving: the resolved columns
	costs []int          // likewise: how many visits each took
}

const twice = -1

// fewLabels are searched, more are indexed.
const fewLabels = 16

// labelCheck checks that labels are those of columns.
type labelCheck struct {
	columns []Item
	labels  *labels // made for the first one that is not simply told
}

func (l *labelCheck) check(x Expr) *Error {
	if x.at == nil || !x.at.marks.has(hasRefs) {
		return nil
	}
	r, ok := x.node().(*RefExpr)
	if ok && len(l.columns) <= fewLabels {
		few := labels{named: l.columns}
		_, err := few.find(r.name)
		return err
	}
	if l.labels == nil {
		l.labels = &labels{named: l.columns}
	}
	if ok {
		_, err := l.labels.find(r.name)
		return err
	}
	return l.labels.checkAll(x)
}

func (l *labels) checkAll(x Expr) (err *Error) {
	walkExpr(x, func(n Node) bool {
		if r, ok := n.(*RefExpr); ok && err == nil {
			_, err = l.find(r.name)
		}
		return err == nil
	})
	return err
}

// find returns the index of the column that is meant.
func (l *labels) find(name string) (int, *Error) {
	items := l.named
	i, known := l.lookup(name)
	switch {
	case !known:
		names := make([]string, len(items))
		for i, item := range items {
			names[i] = item.Name()
		}
		err := fail(CodeName, "no column is labelled %q", name)
		err.Hint = schema.DidYouMean(name, names)
		return 0, err
	case i == twice:
		return 0, fail(CodeName, "label %q stands twice", name)
	}
	return i, nil
}

// lookup searches a few items and indexes many.
func (l *labels) lookup(name string) (found int, known bool) {
	items := l.named
	if len(items) <= fewLabels {
		for i, item := range items {
			if item.Name() == name {
				if found = i; known {
					found = twice
				}
				known = true
			}
		}
		return found, known
	}
	if l.index == nil {
		l.index = make(map[string]int, len(items))
		for i, item := range items {
			name := item.Name()
			if _, known := l.index[name]; known {
				i = twice
			}
			l.index[name] = i
		}
	}
	found, known = l.index[name]
	return found, known
}
