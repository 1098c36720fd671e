package main

import (
	"context"
	"errors"
	"time"
)

// guarded does work that Ctrl-C cancels. Work that does not end is left behind;
// if the state is in it, there will be a new one.
func (p *prompt) guarded(ctx context.Context, work func(context.Context, *app) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	select {
	case <-p.signals: // of a line that was given up
	default:
	}
	if err := p.db.ready(ctx); err != nil { // it counts for no time limit, and a signal waits for the work
		return err
	}
	if p.opts.timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, p.opts.timeout)
		defer stop()
	}
	a := *p.app
	a.out, a.atPrompt = stdoutTo(p.stdout), true
	var s *screen
	var ticks <-chan time.Time
	start := time.Now()
	if a.outTTY && isTerminal(a.stderr) {
		s = &screen{out: p.stdout, err: p.stderr, style: a.style(), pager: a.pagerCommand()}
		a.out, a.stderr, a.screen = stdoutTo(s), s.note(), s
		defer s.Close()
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		ticks = ticker.C
	}
	done := make(chan error, 1)
	go func() {
		err := work(ctx, &a)
		err = errors.Join(err, a.out.finish(err))
		if s != nil {
			err = errors.Join(err, s.Close())
		}
		done <- err
	}()
	var late <-chan time.Time
	ended := ctx.Done()
	for {
		select {
		case err := <-done:
			if err != nil && errors.Is(context.Cause(ctx), errInterrupted) {
				return errInterrupted
			}
			return err
		case <-ticks:
			s.tick(time.Since(start))
		case <-p.signals:
			if ctx.Err() != nil {
				return errAgain
			}
			cancel(errInterrupted)
		case <-ended:
			ended, late = nil, time.After(grace)
		case <-late:
			_ = a.out.finish(nil) // what it still writes is dropped
			p.note("the database does not stop at once; it is left to itself")
			if p.running.Load() {
				p.note("the variables of the prompt are lost")
				p.state = p.rt.NewState()
				p.running.Store(false)
			}
			return context.Cause(ctx)
		}
	}
}
