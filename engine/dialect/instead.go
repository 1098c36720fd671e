package dialect

import "github.com/sqlser/sqlser/engine/expr"

// insteadOf writes the query that stands in a table's place. Where the database locks no
// rows of queries in FROM, it locks its own.
func (c *compiler) insteadOf(o *expr.Occurrence, q *expr.SelectStmt) {
	if l := c.lockAt; c.d.locks.shallow && l.Strength() != 0 && l.Of().Len() == 0 {
		c.lockOf = l
	}
	if !c.again(o.Memo(), q) {
		c.query(q, named)
	}
	c.text(" AS ")
	c.name(o.Name())
}

// written is what a query in a table's place is written as in every statement: text, with
// placeholders in it.
type written struct {
	pieces  []piece
	rest    string // behind the last placeholder
	queries int
}

// piece is text and the placeholder behind it: of a value of the host's, or of a literal.
type piece struct {
	text string
	host *expr.Parameter
	slot slot
}

// again writes what the query in a table's place was written as before, or writes it for the
// first time and keeps it; it reports whether it did. What the statement around it has a word
// on is written anew each time.
func (c *compiler) again(memo *expr.Memo, q *expr.SelectStmt) bool {
	if memo == nil || c.err != nil || c.lockOf.Strength() != 0 || c.target.occ != nil || c.inline != nil || c.uncollated || c.defining || c.recording != nil {
		return false
	}
	if w, ok := memo.Get(c.d).(*written); ok {
		for i := range w.pieces {
			p := &w.pieces[i]
			c.text(p.text)
			s := p.slot
			if p.host != nil {
				s.param, _ = c.number(p.host)
			}
			c.place(s)
		}
		c.text(w.rest)
		c.queries += w.queries
		c.spend(0)
		return true
	}
	r := recording{from: len(c.buf), written: written{queries: -c.queries}}
	pinned, holds, changes, counted := len(c.pinned), c.holds, c.changes, c.counted
	c.recording = &r
	c.query(q, named)
	c.recording = nil
	if c.err != nil || r.lost || len(c.pinned) != pinned || c.holds != holds || c.changes != changes || c.counted != counted {
		return true
	}
	r.rest = string(c.buf[r.from:])
	r.queries += c.queries
	memo.Put(c.d, &r.written)
	return true
}

// recording is a query in a table's place while it is written.
type recording struct {
	written
	from int  // where the text begins that is in no piece yet
	lost bool // some of it was taken back, or is the statement's own
}

// placeholder notes one that was written from start on. Its slot is the same in every
// statement, but for which parameter it stands for.
func (r *recording) placeholder(c *compiler, start int, s *slot) {
	if r.lost {
		return
	}
	p := piece{text: string(c.buf[r.from:start]), slot: *s}
	if at := s.param - c.params.Len() - 1; at >= 0 {
		p.host, p.slot.param = c.hosts.At(at), 0
	} else if r.lost = s.param > 0; r.lost {
		return
	}
	r.pieces, r.from = append(r.pieces, p), len(c.buf)
}

// lost says that something written is taken back.
func (c *compiler) lost() {
	if c.recording != nil {
		c.recording.lost = true
	}
}
