/**
 * Autoreactive B cells, plasma cells and antibodies as a module (MODEL section 5.7; humoral.h):
 *
 *   B memory       dBa/dt = [g Ba (1 - Ba) (0.15 + min(1.2, j)) + n min(1, E/E_0) (1 - Ba)] Bt - kBa Ba
 *   B in tissue    dBt/dt = 0.02 (1 - Bt) - 1.5 kBa Bt
 *   plasma cells   short-lived dPs/dt = [Ba (0.35 + 0.65 min(1.5, j)) ab - Ps] / 6 d - kP Ps; long-lived dPl/dt = 0.002 (Ba/2 + Ps/2 - Pl) - kP Pl
 *   antibodies     dAb/dt = (0.7 Ps + 0.3 Pl - Ab) / 30 d
 *   effectors      growth x 1 - 0.5 (1 - Ba); bursts x min(1, 0.02 + Ba)
 *   tissue         D = (1 - w) j + w Ab min(1, 0.25 + j)
 *
 * Plasma cells outlive conditioning, long-lived ones nearly all of them; B memory comes back with the T cells of a graft.
 */
#include "model/humoral.h"
#include "model/lanes/step.h"

#ifndef ENG_MIXED /* patients are made at one point at a time */

/* Rows that are a parameter, or one over it. */
static const struct {
    size_t row;
    int param;
    bool inverse;
} copies[] = {
#define ROW(row, param) { offsetof(eng_humoral_t, row), ENG_HUMORAL_##param, false }
#define PER(row, param) { offsetof(eng_humoral_t, row), ENG_HUMORAL_##param, true }
    ROW(antibody_least, ANTIBODY_LEAST), ROW(help, HELP), ROW(burst_least, BURST_LEAST),
    ROW(growth, GROWTH), ROW(unaided, UNAIDED), ROW(most, MOST), ROW(new_cells, NEW), ROW(renewal, RENEWAL), ROW(tissue_kill, TISSUE_KILL),
    ROW(plasma_unaided, PLASMA_UNAIDED), ROW(plasma_most, PLASMA_MOST), PER(plasma_rate, PLASMA_TIME), ROW(long_rate, LONG_RATE),
    ROW(long_from_short, LONG_FROM_SHORT), ROW(antibody_long, ANTIBODY_LONG), PER(antibody_rate, ANTIBODY_TIME),
    ROW(kill_memory, KILL_MEMORY), ROW(kill_short, KILL_SHORT), ROW(kill_long, KILL_LONG), ROW(graft_share, GRAFT),
};

static void derive(eng_course_t *c, void *block, int first, int end)
{
    const eng_tile_t *t = c->tile;
    const double *p = c->rates->params.disease;
    eng_humoral_t *d = block;

    for (int l = first; l < end; l++) {
        for (int j = 0; j < ENG_COUNT_OF(copies); j++) {
            const double value = p[copies[j].param];
            ((real *)(void *)((char *)d + copies[j].row))[l] = (real)(copies[j].inverse ? 1 / value : value);
        }
        const double more = t->covariate[ENG_COV_SEROLOGY][l] > 0 ? p[ENG_HUMORAL_SEROLOGY] : -p[ENG_HUMORAL_SEROLOGY];
        c->tissue->own_share[l] = (real)eng_min(p[ENG_HUMORAL_SHARE] * (1 + more), 1);
        d->reached[l] = t->covariate[ENG_COV_B_CELLS_REACHED][l] > 0 ? 1 : (real)p[ENG_HUMORAL_UNREACHED];
    }
}

static void start(eng_course_t *c, void *block, int first, int end)
{
    eng_humoral_t *d = block;
    (void)c;

    FOR_SPAN
    {
        d->autoreactive_b[l] = d->b_tissue[l] = d->plasma_short[l] = d->plasma_long[l] = d->autoantibody[l] = 1;
    }
}

#define MAKE_PATIENTS .derive = derive, .start = start,
#else
#define MAKE_PATIENTS
#endif

/* What they do to others. */
static void signal(eng_course_t *c, void *block)
{
    const real *X = c->clones->effector, *per_cell = c->tissue->per_effector;
    real *growth = c->signals->written[ENG_SIGNAL_effector_growth], *burst = c->signals->written[ENG_SIGNAL_burst];
    real *drive = c->tissue->own_drive;
    const eng_humoral_t *d = block;

    FOR_LANES
    {
        const real Ba = d->autoreactive_b[l];
        growth[l] *= fma_real(-d->help[l], 1 - at_most(Ba, 1), 1);
        burst[l] *= at_most(d->burst_least[l] + Ba, 1);
        drive[l] = d->autoantibody[l] * at_most(fma_real(X[l], per_cell[l], d->antibody_least[l]), 1);
    }
}

/* --- a row of the calendar -------------------------------------------------------------------------------------------- */

/* v' = net v + source, where nothing kills. */
LANE_INLINE real moved(real v, real net, real slope, real source, real dt, const int killed)
{
    const real x = (net - slope) * dt, share = killed ? phi_any(x) : phi_small(x);
    return max0(fma_real(dt * share, fma_real(net, v, source), v));
}

/* killed: somebody writes the signals of a kill, 2: those of cells that find what drugs do not. */
LANE_INLINE void renew(eng_course_t *c, eng_humoral_t *d, const int killed)
{
    const real *X = c->signals->effector_days, *per_cell = c->tissue->per_effector, *ab = c->signal[ENG_SIGNAL_plasma_making];
    const real *b_kill = c->signal[ENG_SIGNAL_b_memory_kill], *p_kill = c->signal[ENG_SIGNAL_plasma_kill];
    const real *E = c->clones->reservoir, *E0 = c->clones->reservoir_start;
    const real *cd19 = c->signal[ENG_SIGNAL_cd19], *short_kill = c->signal[ENG_SIGNAL_plasmablast_kill];
    const real dt = c->row->dt, per_day = 1 / dt;

    FOR_LANES
    {
        const real j = X[l] * per_day * per_cell[l], by_drugs = killed ? b_kill[l] * d->reached[l] : 0, kP = killed ? p_kill[l] : 0;
        const real kB = killed > 1 ? by_drugs + cd19[l] : by_drugs, kS = killed > 1 ? kP + short_kill[l] : kP;
        const real Ba0 = d->autoreactive_b[l], Bt0 = d->b_tissue[l], Ps0 = d->plasma_short[l], Pl0 = d->plasma_long[l];
        const real g = d->growth[l] * (d->unaided[l] + at_most(j, d->most[l])) * Bt0, n = d->new_cells[l] * at_most(E[l], E0[l]) / E0[l] * Bt0;
        const real Ba = moved(Ba0, fma_real(g, 1 - Ba0, -n) - kB, g * Ba0, n, dt, killed), B = mean(Ba0, Ba);
        const real active = fma_real(1 - d->plasma_unaided[l], at_most(j, d->plasma_most[l]), d->plasma_unaided[l]) * ab[l];
        const real Ps = moved(Ps0, -d->plasma_rate[l] - kS, 0, d->plasma_rate[l] * B * active, dt, killed), S = mean(Ps0, Ps);
        const real fed = fma_real(d->long_from_short[l], S - B, B);
        const real Pl = moved(Pl0, -d->long_rate[l] - kP, 0, d->long_rate[l] * fed, dt, killed);
        const real made = fma_real(d->antibody_long[l], mean(Pl0, Pl) - S, S);
        d->autoreactive_b[l] = Ba;
        d->b_tissue[l] = moved(Bt0, fma_real(-d->tissue_kill[l], kB, -d->renewal[l]), 0, d->renewal[l], dt, killed);
        d->plasma_short[l] = Ps;
        d->plasma_long[l] = Pl;
        d->autoantibody[l] = moved(d->autoantibody[l], -d->antibody_rate[l], 0, d->antibody_rate[l] * made, dt, 0);
    }
}

static void renew_untreated(eng_course_t *c, eng_humoral_t *d)
{
    renew(c, d, 0);
}

static void renew_treated(eng_course_t *c, eng_humoral_t *d)
{
    renew(c, d, 1);
}

static void renew_engineered(eng_course_t *c, eng_humoral_t *d)
{
    renew(c, d, 2);
}

static void step(eng_course_t *c, void *block)
{
    const unsigned cells = ENG_SIGNAL_BIT(cd19) | ENG_SIGNAL_BIT(plasmablast_kill);
    const unsigned kills = ENG_SIGNAL_BIT(b_memory_kill) | ENG_SIGNAL_BIT(plasma_kill);
    (c->writes & cells ? renew_engineered : c->writes & kills ? renew_treated : renew_untreated)(c, block);
}

/* --- what is done to them ---------------------------------------------------------------------------------------------- */

static void kill(eng_course_t *c, void *block, const real *s, const real *cycling)
{
    eng_humoral_t *d = block;
    (void)c;
    (void)cycling;

    FOR_LANES
    {
        const real log_s = real_log(s[l]);
        d->b_tissue[l] *= s[l];
        d->autoreactive_b[l] *= real_exp(d->kill_memory[l] * log_s);
        d->plasma_short[l] *= real_exp(d->kill_short[l] * log_s);
        d->plasma_long[l] *= real_exp(d->kill_long[l] * log_s);
    }
}

static void harvest(eng_course_t *c, void *block, void *kept)
{
    const eng_humoral_t *d = block;
    eng_humoral_kept_t *with = kept;
    (void)c;
    memcpy(with->autoreactive_b, d->autoreactive_b, sizeof(with->autoreactive_b));
}

/* B memory goes with T cells, as many as there were: selection removes both. */
static void graft(eng_course_t *c, void *block, const void *kept, eng_rng_t *rng, const real *t_cells)
{
    const eng_humoral_kept_t *with = kept;
    const eng_tile_t *t = c->tile;
    eng_humoral_t *d = block;
    (void)rng;

    FOR_LANES
    {
        const real share = d->graft_share[l] * t_cells[l] / t->t_cells_harvested[l];
        d->autoreactive_b[l] = fma_real(share, with->autoreactive_b[l], d->autoreactive_b[l]);
    }
}

ENG_MODULE_LANES(humoral) = { .name = "humoral", MAKE_PATIENTS .signal = signal, .step = step, .kill = kill, .harvest = harvest,
    .graft = graft };

/* --- tables ------------------------------------------------------------------------------------------------------------- */

#ifdef ENG_TABLES

#define STATE(name, unit, help) { #name, unit, help, offsetof(eng_humoral_t, name), ENG_NO_ROW },
static const eng_state_row_t states[] = { ENG_HUMORAL_STATE_LIST(STATE) };

const eng_module_t eng_module_humoral = {
    .name = "humoral",
    .help = "autoreactive B cells, plasma cells and antibodies",
    .version = 1,
    .writes = ENG_SIGNAL_BIT(effector_growth) | ENG_SIGNAL_BIT(burst),
    .kept_bytes = sizeof(eng_humoral_kept_t),
    ENG_BLOCK(eng_humoral_t),
    ENG_TABLE(states),
};

#endif
