package cli

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hallmark-ci/hallmark/doctor"
)

func TestExaminationEndsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		e := &examination{}
		problems := make([]*doctor.Problem, 3)
		for i := range problems {
			e.start(t.Context(), func(ctx context.Context) {
				<-ctx.Done()
				problems[i] = found(ctx, fmt.Errorf("describe repository: %w", ctx.Err()))
			})
		}
		e.parts.Wait()
		if took := time.Since(begin); took != patience {
			t.Errorf("three parts that never answer took %s, want %s", took, patience)
		}
		for _, p := range problems {
			if p == nil || p.Err.Error() != "no answer within 10s" || p.Mend == "" {
				t.Errorf("problem %+v", p)
			}
		}
	})
}
