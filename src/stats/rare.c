/**
 * Intervals of means from numbers of events.
 */
#include "stats/rare.h"

#include "base/math.h"

/* As many effective events as Student's interval needs on the side where nothing unseen threatens. */
#define MANY 60.0

typedef struct {
    double low, high; /* how far the ends are from the mean */
} margins_t;

static margins_t
student_margins(eng_estimator_t *to, const eng_sample_t *sample)
{
    const double margin = eng_mean_critical(to, sample) * sqrt(sample->variance / (sample->n / sample->effect));

    return (margins_t){ margin, margin };
}

static eng_interval_t
interval_of(const eng_sample_t *sample, margins_t margins)
{
    eng_interval_t interval = { sample->mean - margins.low, sample->mean + margins.high };

    return interval;
}

/** Sum of squares of the distance from `from` over the effective courses. */
static double
squares_from(const eng_sample_t *sample, double from)
{
    const double size = sample->n / sample->effect, distance = sample->mean - from;

    return sample->variance * eng_max(0.0, size - 1 / sample->effect) + size * distance * distance;
}

/** The margin on the harmless side: of the few where they are few, Student's where they are many. */
static double
blend(double few, double student, double events)
{
    const double weight = eng_min(1.0, events / MANY);

    return (1 - weight) * few + weight * student;
}

/* `size` 0 or 1: there is nothing that an interval could be made from. */
static bool
is_empty(const eng_sample_t *sample)
{
    return !(sample->n / sample->effect > 0);
}

static const eng_interval_t none = { NAN, NAN };

eng_interval_t
eng_rare_time(eng_estimator_t *to, const eng_sample_t *sample, double tau)
{
    const double size = sample->n / sample->effect, events = to->events / sample->effect, share = to->events / sample->n;

    if (is_empty(sample)) {
        return none;
    }
    margins_t margins = size > 1 ? student_margins(to, sample) : (margins_t){ tau, tau };
    const eng_interval_t of_share = eng_interval_exact(share * size, size, eng_share_critical(to, sample));
    if (share <= 0.5) {
        const double squares = squares_from(sample, tau), worth = events > 0 ? sqrt(squares / events) : tau;
        const double unseen = sqrt((squares + tau * tau) / (events + 1)); /* the next event may cost all of the time */
        margins.low = eng_max(margins.low, (of_share.high - share) * eng_min(tau, unseen));
        margins.high = blend((share - of_share.low) * eng_min(tau, worth), margins.high, events);
    } else {
        const double of_event = (sample->mean - (1 - share) * tau) / share; /* mean time of those who have it */
        margins.high = eng_max(margins.high, (share - of_share.low) * (tau - of_event));
        margins.low = eng_max(margins.low, 1 / size);
    }
    return eng_interval_clip(interval_of(sample, margins), 0.0, tau);
}

eng_interval_t
eng_rare_time_difference(eng_estimator_t *to, const eng_sample_t *sample, double tau)
{
    const double size = sample->n / sample->effect, gains = to->gains / sample->effect, losses = to->losses / sample->effect;

    if (is_empty(sample)) {
        return none;
    }
    margins_t margins = size > 1 ? student_margins(to, sample) : (margins_t){ tau, tau };
    const double worth = eng_min(tau, sqrt((squares_from(sample, 0.0) + tau * tau) / (gains + losses + 1)));
    const eng_interval_t share = eng_interval_discordant(losses, gains, size, eng_share_critical(to, sample));
    margins.low = eng_max(margins.low, ((gains - losses) / size - share.low) * worth);
    margins.high = eng_max(margins.high, (share.high - (gains - losses) / size) * worth);
    return eng_interval_clip(interval_of(sample, margins), -tau, tau);
}

eng_interval_t
eng_rare_number(eng_estimator_t *to, const eng_sample_t *sample, double low, double odd)
{
    const double size = sample->n / sample->effect, above = sample->mean - low;
    double squares, worth, share;

    if (is_empty(sample)) {
        return none;
    }
    margins_t margins = size > 1 ? student_margins(to, sample) : (margins_t){ odd, odd };
    squares = squares_from(sample, low);
    if (above < 0) {
        return interval_of(sample, margins); /* not above `low`, as had been said */
    }
    /* as many equal courses as have this mean and variance, all others at `low` */
    worth = above > 0 ? squares / (size * above) : odd;
    share = above / worth;
    if (share < 0.5) {
        const eng_interval_t of_share = eng_interval_exact(share * size, size, eng_share_critical(to, sample));
        margins.high = eng_max(margins.high, (of_share.high - share) * eng_max(worth, odd));
        margins.low = blend((share - of_share.low) * worth, margins.low, share * size);
    } else {
        margins.low = eng_max(margins.low, odd / size);
        margins.high = eng_max(margins.high, odd / size);
    }
    return eng_interval_clip(interval_of(sample, margins), low, INFINITY);
}

eng_interval_t
eng_rare_number_difference(eng_estimator_t *to, const eng_sample_t *sample, bool whole, double odd)
{
    const double size = sample->n / sample->effect;

    if (is_empty(sample)) {
        return none;
    }
    margins_t margins = size > 1 ? student_margins(to, sample) : (margins_t){ odd, odd };
    const double squares = squares_from(sample, 0.0), sum = size * sample->mean;
    /* of whole steps there are at most so many differences up and down; of others, one that is not seen */
    const bool few = whole && squares < MANY && squares <= size;
    if (few || squares < odd * odd) {
        const double up = few ? eng_max(0.0, 0.5 * (squares + sum)) : 0.0, down = few ? eng_max(0.0, 0.5 * (squares - sum)) : 0.0;
        const eng_interval_t share = eng_interval_discordant(down, up, size, eng_share_critical(to, sample));
        margins.low = eng_max(margins.low, ((up - down) / size - share.low) * odd);
        margins.high = eng_max(margins.high, (share.high - (up - down) / size) * odd);
    }
    return interval_of(sample, margins);
}
