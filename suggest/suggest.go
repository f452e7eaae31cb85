// Package suggest finds what was meant by a misspelt word. It is for messages only; nothing is ever done on a suggestion.
package suggest

// Nearest is the candidate with the fewest edits from word, if any is near enough to be meant: a third of the word's length,
// at least one edit. The first of several equally near ones wins.
func Nearest(word string, candidates []string) (string, bool) {
	best, distance := "", max(1, len(word)/3)+1
	for _, candidate := range candidates {
		if d := edits(word, candidate); d < distance {
			best, distance = candidate, d
		}
	}
	return best, best != ""
}

// edits is the number of letters to add, drop, replace or swap with their neighbour to make b of a, in bytes: the optimal string
// alignment distance.
func edits(a, b string) int {
	var older, row []int
	next := make([]int, len(b)+1)
	for j := range next {
		next[j] = j
	}
	for i := range len(a) {
		older, row, next = row, next, make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(next[j]+1, row[j+1]+1, row[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], older[j-1]+1)
			}
		}
	}
	return next[len(b)]
}
