package policy

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/sqlser/sqlser/engine/expr"
)

// planKey is the key of a policy, made when it is first asked for.
type planKey struct {
	once sync.Once
	key  string
	ok   bool

	loads     sync.Once
	unlimited *Policy // see Unlimited
}

// PlanKey returns what tells the policy, in this process, from all that do not say the
// same: what is compiled under one of two that have the same key serves the other. The
// values of the host's are not part of it. Ok is false for one of which no key says enough:
// it is equal to itself alone. Whoever keeps the key must keep p as well, see
// [expr.AppendPlanKey].
func (p *Policy) PlanKey() (key string, ok bool) {
	if p == nil || p.plan == nil {
		return p.makePlanKey()
	}
	p.plan.once.Do(func() { p.plan.key, p.plan.ok = p.makePlanKey() })
	return p.plan.key, p.plan.ok
}

func (p *Policy) makePlanKey() (string, bool) {
	if p == nil {
		p = New()
	}
	if p.wrong {
		return "", false
	}
	key := []byte(p.Fingerprint())
	var values []expr.Value
	whole := func(x expr.Expr) bool { // with what its text does not say: of which metadata, and whose functions
		var ok bool
		key, values, ok = expr.AppendPlanKey(key, values, x.Node())
		for _, v := range values {
			key = fmt.Appendf(key, "%d %d %q", v.Kind(), v.Int(), v.Text())
		}
		values = values[:0]
		return ok
	}
	name := ""
	for _, t := range p.sorted() {
		if t.of.String() == name || t.of.MetaData() == nil || !t.of.MetaData().Frozen() {
			return "", false // of tables of one name nobody could tell which is which
		}
		name = t.of.String()
		key = binary.AppendUvarint(key, t.of.MetaData().Generation())
		if !t.rows.IsZero() && !whole(t.rows) {
			return "", false
		}
		for _, c := range t.of.Columns() {
			if x, ok := t.masks[c]; ok && !whole(x) {
				return "", false
			}
		}
	}
	return string(key), true
}
