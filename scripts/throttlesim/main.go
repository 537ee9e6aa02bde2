// Command throttlesim runs the decisions of shared/metering/lease, as they
// are, in thousands of simulated environments over a simulated table, and
// holds what is admitted against the bounds that the package publishes. It
// exits with 1 if one fails. See README.md.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	quick := flag.Bool("quick", false, "run only the scenarios that take little time")
	flag.Parse()
	if failures := simulate(os.Stdout, *quick); failures > 0 {
		fmt.Fprintf(os.Stderr, "throttlesim: %d bounds were exceeded\n", failures)
		os.Exit(1)
	}
}

const header = "| environments | scenario | demand/s | limit/s | admitted/s | over (% of limit x 10 s, after one burst) | under (%) | writes/request | partition writes/s: settled | while starting | worst second | parts | bounds |\n" +
	"|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n"

// simulate prints the table and returns how many bounds were exceeded.
func simulate(out io.Writer, quick bool) int {
	fmt.Fprint(out, header)
	failures := 0
	for _, s := range scenarios() {
		if quick && !s.quick {
			continue
		}
		r := run(s)
		exceeded := r.exceeded()
		failures += len(exceeded)
		verdict := "kept"
		if len(exceeded) > 0 {
			verdict = strings.Join(exceeded, ", ")
		}
		under := "-"
		if r.saturated {
			under = fmt.Sprintf("%.1f", 100*max(0, r.under))
		}
		limit := fmt.Sprintf("%.0f", s.limit.Rate)
		if s.keys > 1 {
			limit += " each"
		}
		fmt.Fprintf(out, "| %d | %s | %.0f | %s | %.0f | %.1f | %s | %.4f | %.0f | %.0f | %.0f | %d | %s |\n",
			s.environments, s.name, s.demand, limit, r.rate, r.overShare(), under,
			r.writesPerRequest, r.settled, r.ramp10, r.peak, r.parts, verdict)
	}
	return failures
}
