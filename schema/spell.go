package schema

import "strings"

// Names and lists beyond these are not compared: the work is that of each length
// times the other's, and hints are also made for names that strangers choose.
const (
	maxSpelled    = 64 // bytes
	maxCandidates = 1000
)

// DidYouMean returns `; did you mean "x"?` with the candidate that is closest in
// spelling to name, or else with one that is name and more words, as country_code is country; "" where there
// is none. Close is no more than half of it changed; case counts for little.
func DidYouMean(name string, candidates []string) string {
	if len(name) > maxSpelled {
		return ""
	}
	best, distance, longer := "", len([]rune(name))/3+2, ""
	for _, c := range candidates[:min(len(candidates), maxCandidates)] {
		if len(c) > maxSpelled {
			continue
		}
		d := editDistance(name, c, distance)
		if half := max(len([]rune(name)), len([]rune(c))) / 2; d < distance && d <= half {
			best, distance = c, d
		}
		if n := len(name); longer == "" && n > 2 && len(c) > n+1 && c[n] == '_' && strings.EqualFold(c[:n], name) {
			longer = c
		}
	}
	if best == "" {
		best = longer
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + quoted(best) + "?"
}

// editDistance counts the insertions, deletions, changes and swaps of two letters that make b of a;
// limit is enough said.
func editDistance(a, b string, limit int) int {
	if a == b {
		return 0
	}
	s, t := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	if len(s)-len(t) >= limit || len(t)-len(s) >= limit {
		return limit
	}
	row, above, before := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range s {
		before, above, row = above, row, before
		row[0] = i + 1
		for j, q := range t {
			change := above[j]
			if r != q {
				change++
			}
			if i > 0 && j > 0 && r == t[j-1] && q == s[i-1] {
				change = min(change, before[j-1]+1)
			}
			row[j+1] = min(change, row[j]+1, above[j+1]+1)
		}
	}
	return row[len(t)]
}
