package engine

import (
	"database/sql"
	"sync/atomic"

	"github.com/sqlser/sqlser/engine/stmtcache"
)

// Stats says what an engine has done, with those that were made of it by its With methods.
type Stats struct {
	Plans      PlanStats // of its own plan cache
	Statements StatementStats
}

// StatementStats counts statements that were sent to the database.
type StatementStats struct {
	Run     uint64 // begun
	Failed  uint64 // of these, with an error, a cancelled context included
	Running int64  // now, rows that are open included

	// Prepared is what the pool's connections prepared, where it was opened by package
	// stmtcache; zero elsewhere.
	Prepared stmtcache.Stats
}

// Stats returns the counts so far.
func (e *Engine) Stats() Stats {
	c := e.counts
	ended := c.ended.Load() // before those begun: what runs is never less than nothing
	s := StatementStats{Run: c.begun.Load(), Failed: c.failed.Load()}
	s.Running = int64(s.Run - ended)
	if c.prepared != nil {
		s.Prepared = c.prepared.Stats()
	}
	return Stats{e.plans.stats(), s}
}

// PlanStats returns what the plan cache has done so far.
func (e *Engine) PlanStats() PlanStats { return e.plans.stats() }

// counts are of one engine and those made of it.
type counts struct {
	begun, ended, failed atomic.Uint64
	prepared             *stmtcache.Connector // nil: the driver's own affair
}

func newCounts(db DB) *counts {
	c := new(counts)
	if pool, ok := db.(*sql.DB); ok && pool != nil {
		c.prepared = stmtcache.Of(pool)
	}
	return c
}
