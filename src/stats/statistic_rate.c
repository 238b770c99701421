/**
 * First events per patient-year at risk: until the event, what competes with it, or the end of follow-up.
 */
#include "base/math.h"
#include "base/ticks.h"
#include "stats/distribution.h"
#include "stats/estimator.h"
#include "stats/survival.h"

#define TICKS_PER_YEAR (ENG_DAYS_PER_YEAR * ENG_TICKS_PER_DAY)

enum { EVENTS, AT_RISK, NUM_FIELDS };
enum { PRODUCTS, TIME = 3, TIME_SQUARED, NUM_WIDE };

static const char *const text[ENG_NUM_SAMPLES] = {
    "first events per patient-year at risk; exact Poisson interval",
    "first events per patient-year at risk; Poisson interval at the effective number of events between points, Student t",
    "first events per patient-year at risk; Poisson interval for the number of distinct patients",
    ("first events per patient-year at risk; Poisson interval at the effective number of events between points, Student t" ENG_CONSERVATIVE),
};

static int
fields(const eng_subject_t *subject, eng_statistic_field_t *out)
{
    (void)subject;
    out[EVENTS] = (eng_statistic_field_t){ "rate_events", ENG_CELLS_OWN, { ENG_AXIS_NONE }, "courses with the event by the horizon" };
    out[AT_RISK] = (eng_statistic_field_t){ "rate_time", ENG_CELLS_OWN, { ENG_AXIS_NONE },
        "time at risk of the event, in 1/16 d: until it, what competes with it, or the horizon" };
    return NUM_FIELDS;
}

static void
add(const eng_subject_t *subject, const eng_seen_t *seen, const eng_place_t *at, int64_t *own, int64_t *pooled)
{
    int64_t events = 0, time = 0;

    (void)subject, (void)pooled;
    for (size_t l = 0; l < seen->count; l++) {
        events += seen->kind[l] == ENG_KIND_EVENT;
        time += seen->kind[l] != ENG_KIND_NOT_COUNTED && seen->tick[l] > 0 ? seen->tick[l] : 0;
    }
    own[at->word[EVENTS]] += events;
    own[at->word[AT_RISK]] += time;
}

static size_t
wide(const eng_subject_t *subject, bool paired)
{
    (void)subject;
    return paired ? 0 : NUM_WIDE;
}

static void
cluster(const eng_subject_t *subject, bool paired, const eng_place_t *at, const int64_t *own, int64_t n, int64_t *words)
{
    const int64_t time = own[at->word[AT_RISK]];

    (void)subject, (void)n;
    if (!paired) {
        eng_cluster_products(words, time, own[at->word[EVENTS]]);
        eng_wide_add(words + TIME * ENG_WIDE_WORDS, time);
        eng_wide_add(words + TIME_SQUARED * ENG_WIDE_WORDS, (eng_i128_t)time * time);
    }
}

/* Events are worth events / effect of independent ones, as courses are; events of a Poisson number vary by their mean. */
static void
estimate(eng_estimator_t *to)
{
    eng_ratio_t ratio = eng_estimator_ratio(to, false, PRODUCTS);
    const int64_t n = (int64_t)ratio.n;

    ratio.n = eng_estimator_wide(to, false, TIME);
    ratio.nn = eng_estimator_wide(to, false, TIME_SQUARED);
    const eng_sample_t sample = eng_estimator_sample(to, &ratio, ratio.n > 0 ? ratio.y / ratio.n : 0.0);
    const double years = ratio.n / TICKS_PER_YEAR / sample.effect, events = ratio.y / sample.effect;
    const double level = eng_normal_cdf(eng_share_critical(to, &sample));
    const eng_interval_t none = { NAN, NAN }, interval = { events > 0 ? eng_gamma_quantile(1 - level, events) / years : 0.0,
        eng_gamma_quantile(level, events + 1) / years };

    to->push(to, &(eng_estimated_t){ .at = (double)to->subject->horizon / ENG_TICKS_PER_DAY, .level = NAN, .n = n,
        .value = ratio.y / (ratio.n / TICKS_PER_YEAR), .estimator = text[sample.kind] }, ratio.n > 0 ? interval : none);
}

static const eng_column_t columns[] = {
    { .name = "rate", .unit = "1/y", .about = ENG_ABOUT_EVENT, .words = "events per patient-year", .before_day = "within",
        .shown = true },
};

extern const eng_statistic_t eng_statistic_rate;
const eng_statistic_t eng_statistic_rate = {
    .name = "rate", .help = "first events per patient-year at risk, exact interval", .of = ENG_OF_TIME, .by_name = true, .in_parts = true,
    .fields = fields, .add = add, .wide = wide, .cluster = cluster, .estimate = estimate, .columns = columns, .num_columns = 1,
};
