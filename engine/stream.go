package engine

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"strconv"
	"sync"
	"time"

	"github.com/sqlser/sqlser/engine/dialect"
)

// What is read of rows that nobody wants, before the statement is ended instead: that takes
// a connection, or a moment of another.
const (
	restRows = 1000
	restTime = 10 * time.Millisecond
)

// Rows of a cursor come in pages of so many, each twice the one before.
const (
	firstPage = 64
	mostPage  = 8192
)

// stream is the rows of a statement as they come from the driver. Where one is left before
// its end, closing the rows of most drivers reads all that there are; so the statement is
// ended:
//
//   - on a pool, its context is, which gives up the connection;
//   - in a transaction of PostgreSQL, where that gives up the transaction, the rows come
//     from a cursor, page by page;
//   - in one of MySQL, another connection kills it.
//
// SQLite computes rows as they are asked for.
type stream struct {
	rows  *sql.Rows
	ended bool // no row is left
	pages *pages
	leave func() // ends the statement; may be called more than once, and from elsewhere
	over  func() // lets go of what it ran on
}

// pages is where the rows of a cursor come from.
type pages struct {
	ctx  context.Context
	db   DB
	name string
	size int // of this page
	came int // rows of it
}

// cursors are the names of those that are open in a transaction.
type cursors struct {
	mu   sync.Mutex
	open map[string]bool
}

// name returns a free name. A statement's are always the same few: what drivers remember of
// a text such as FETCH holds its columns.
func (c *cursors) name(sql string) string {
	hash := fnv.New64a()
	hash.Write([]byte(sql))
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := 1; ; i++ {
		name := fmt.Sprintf("sqlser_%x_%d", hash.Sum64(), i)
		if !c.open[name] {
			if c.open == nil {
				c.open = map[string]bool{}
			}
			c.open[name] = true
			return name
		}
	}
}

func (c *cursors) free(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.open, name)
}

// stream runs a statement that gives rows, as text says it. Where whole, they will all be read.
func (e *Engine) stream(ctx context.Context, stmt *dialect.Statement, text string, args []any, whole bool) (*stream, error) {
	if e.cursors != nil && stmt.OnlyReads() && !whole {
		return e.cursor(ctx, text, args)
	}
	s := &stream{over: func() {}}
	if _, pool := e.db.(*sql.DB); pool && e.dialect.Name() != "sqlite" {
		ctx, s.leave = context.WithCancel(ctx)
	}
	rows, l, err := onLease(ctx, e, func(db DB) (*sql.Rows, error) { return db.QueryContext(ctx, text, args...) })
	if err != nil {
		if s.leave != nil {
			s.leave()
		}
		return nil, err
	}
	s.rows = rows
	switch {
	case s.leave != nil:
		s.over = func() { l.over(); s.leave() }
	case e.id != 0:
		s.killed(e, l)
	}
	return s, nil
}

// killed has a stream of a transaction left by killing its statement.
func (s *stream) killed(e *Engine, l lease) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	left := false
	s.leave = sync.OnceFunc(func() {
		left = true
		go func() {
			defer close(done)
			e.killer.kill(ctx, killQuery, e.id)
		}()
	})
	s.over = func() {
		stop()
		if l.over(); left {
			<-done
			_, _ = e.db.ExecContext(context.Background(), "DO 0") // a kill that came too late hits this
		}
	}
}

// cursor runs a query of PostgreSQL in a transaction.
func (e *Engine) cursor(ctx context.Context, text string, args []any) (*stream, error) {
	name := e.cursors.name(text)
	s := &stream{pages: &pages{ctx: ctx, db: e.db, name: name, size: firstPage}}
	failed := false
	s.over = func() {
		if !failed && s.rows.Err() == nil { // else the transaction has failed, and the cursor with it
			_, _ = e.db.ExecContext(ctx, "CLOSE "+name)
		}
		e.cursors.free(name)
	}
	_, err := e.db.ExecContext(ctx, "DECLARE "+name+" NO SCROLL CURSOR FOR "+text, args...)
	if err == nil {
		s.rows, err = s.pages.fetch()
	}
	if err != nil {
		failed = true
		s.over()
		return nil, err
	}
	return s, nil
}

func (p *pages) fetch() (*sql.Rows, error) {
	return p.db.QueryContext(p.ctx, "FETCH FORWARD "+strconv.Itoa(p.size)+" FROM "+p.name)
}

// next goes to the next row. The error is not that of the rows, which they keep.
func (s *stream) next() (bool, error) {
	for {
		if s.rows.Next() {
			if s.pages != nil {
				s.pages.came++
			}
			return true, nil
		}
		p := s.pages
		if p == nil || p.came < p.size || s.rows.Err() != nil {
			s.ended = true
			return false, nil
		}
		p.came, p.size = 0, min(2*p.size, mostPage)
		rows, err := p.fetch()
		if err != nil {
			s.ended = true
			return false, err
		}
		s.rows = rows
	}
}

// close ends the statement. The error is what became of rows that were not asked for any more.
func (s *stream) close() error {
	if s.over == nil {
		return nil
	}
	defer func() {
		s.over()
		s.over = nil
	}()
	if s.ended || s.leave == nil {
		return s.rows.Close()
	}
	late := time.AfterFunc(restTime, s.leave)
	n := 0
	for n < restRows && s.rows.Next() {
		n++
	}
	if !late.Stop() || n == restRows {
		s.leave()
		_ = s.rows.Close() // of its own doing
		return nil
	}
	_ = s.rows.Close() // they have ended
	return s.rows.Err()
}
