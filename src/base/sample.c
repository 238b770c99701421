/**
 * Samplers by monotone inversion; see base/sample.h for what others may call.
 *
 * Counts have three ways, chosen by the parameters alone and never by u:
 *   few         the distribution function is summed upwards from 0 until it reaches u;
 *   many        a Cornish-Fisher expansion of six terms about the normal quantile, with the corrections for
 *               the lattice (E. Cornish and R. Fisher 1938; W. Sheppard 1898 for the lattice).  One
 *               expansion serves the three laws, see expand();
 *   few roots   a negative binomial of less than 24 lineages and large mean, which no expansion about the
 *               normal describes: its upper tail is a sum of k terms, solved for a real number of failures.
 * Where the last two begin is where their error, found by comparing every boundary with the exact law, is
 * below 1e-7 and where they rise over the whole range of u.
 *
 * Rounding could still let a result fall by one between two neighbouring u.  settle() therefore keeps so few
 * bits of u that the step to the next value outweighs the rounding errors of the inverse functions.
 */
#include "base/sample.h"

#include "base/math.h"

#define MANY_VARIANCE 25.0 /* Poisson, binomial: from here on the expansion */
#define MANY_MEAN     40.0 /* negative binomial: the same, if the lineages are many */
#define MANY_LINEAGES 24.0
#define ROOT_MEAN     20.0    /* few lineages: from here on the root */
#define LAST_TERM     0x1p-60 /* probabilities beyond it cannot move a sum near 1 */
#define MAX_TERMS     1024    /* longest sum: 2 lineages of mean 20, about 450 terms */
#define MAX_STEPS     40

static double
clamp_uniform(double u)
{
    return eng_max(0x1p-53, eng_min(u, 1 - 0x1p-53));
}

/* t with its first `bits` significant bits. */
static double
settle(double t, int bits)
{
    return eng_math_double(eng_math_bits(t) & (~UINT64_C(0) << (53 - bits)));
}

static double
ceiling(double x)
{
    return -eng_floor(-x);
}

/* --- continuous laws ------------------------------------------------------------------------------------ */

double
eng_sample_exponential(uint64_t word)
{
    return -eng_log(eng_uniform(~word)); /* the complement, so that it rises with the word */
}

double
eng_sample_normal(uint64_t word)
{
    return eng_normal_quantile(eng_uniform(word));
}

double
eng_sample_lognormal(double median, double sdlog, double u)
{
    return median * eng_exp(sdlog * eng_normal_quantile(clamp_uniform(u)));
}

double
eng_sample_truncated_normal(double mean, double sd, double low, double high, double u)
{
    double a, b, from, to, x;

    if (!(sd >= 0 && low <= high)) {
        return NAN;
    }
    if (sd == 0) {
        return eng_max(low, eng_min(mean, high));
    }
    u = clamp_uniform(u);
    a = (low - mean) / sd;
    b = (high - mean) / sd;
    if (a > 0) { /* in the upper tail the complement keeps the digits */
        from = eng_normal_cdf(-a);
        to = eng_normal_cdf(-b);
        x = mean - sd * eng_normal_quantile(from - (from - to) * u);
    } else {
        from = eng_normal_cdf(a);
        to = eng_normal_cdf(b);
        x = mean + sd * eng_normal_quantile(from + (to - from) * u);
    }
    return eng_max(low, eng_min(x, high));
}

/* --- counts: the expansion ------------------------------------------------------------------------------ */

/*
 * Poisson, binomial and negative binomial share their cumulants: kappa_2 = v and kappa_(r+1) = v d(P c_r)/dP
 * with c_r = kappa_r / v, where for the binomial P = p (1-p) and g = 1 - 2p, so g^2 = 1 - 4 P; the negative
 * binomial is the binomial with p = -m, n = -k (m = beta / (1-beta)); Poisson has P = 0 and g = 1.  Hence one
 * polynomial for all in  a = 1/v,  h = P/v (1/n; -1/k; 0)  and  skew = g / sqrt(v).  The lattice enters
 * by kappa_2 - 1/12, kappa_4 + 1/120, kappa_6 - 1/252.  Order j below has the terms of v^(-j/2).
 * The result is the real number whose distance from 1/2 below a count tells the count.
 */
static double
expand(double z, double skew, double a, double h)
{
    double y = z * z, odd, even, c0, c1, c2, c3;

    c0 = (h * (92 * h + 176 * a) - 16 * a * a) / 25515;
    c1 = (h * (-923 * h + 4348 * a) - 5189 * a * a) / 408240;
    c2 = (h * (-9 * h - 44 * a) + 25 * a * a) / 15120;
    c3 = (h * (h - 20 * a) + 19 * a * a) / 34020;
    odd = (y - 1) / 6;
    odd += (h + 2 * a) * (-4.0 / 405 + y * (7.0 / 1620 + y * (1.0 / 540)));
    odd += c0 + y * (c1 + y * (c2 + y * c3));

    even = (7 * h - a) / 36 - y * ((2 * h + a) / 72);
    c0 = (h * (-433 * h - 1354 * a) + 671 * a * a) / 38880;
    c1 = (h * (256 * h + 403 * a) - 137 * a * a) / 38880;
    c2 = (h * (4 * h + 52 * a) - 23 * a * a) / 17280;
    even += c0 + y * (c1 + y * c2);
    c0 = (h * (h * (-289717 * h + 2710065 * a) - 2101431 * a * a) + 274867 * a * a * a) / 146966400;
    c1 = (h * (h * (-579034 * h + 3173745 * a) - 9586272 * a * a) + 2647909 * a * a * a) / 293932800;
    c2 = (h * (h * (5804 * h - 528900 * a) + 751677 * a * a) - 165779 * a * a * a) / 195955200;
    c3 = (h * (h * (1112 * h - 18780 * a) + 43026 * a * a) - 11237 * a * a * a) / 43545600;
    even += c0 + y * (c1 + y * (c2 + y * c3));
    return z + skew * odd + z * even;
}

/* Smallest count whose distribution function reaches u, by the expansion. */
static double
many(double mean, double variance, double g, double h, double u)
{
    double sd = sqrt(variance), t = settle(eng_min(u, 1 - u), 44), z = eng_normal_quantile(t);

    z = u < 0.5 ? z : -z;
    return eng_max(0.0, ceiling(mean + (sd * expand(z, g / sd, 1 / variance, h) - 0.5)));
}

/* --- counts: the sum ------------------------------------------------------------------------------------ */

/*
 * Smallest j <= limit with P(0) + ... + P(j) >= u, where P(0) = first and P(j+1) = P(j) (base + slope j) / (j+1):
 * all three laws are of this form.
 */
static double
few(double mean, double first, double base, double slope, double limit, double u)
{
    double term = first, sum = first, j = 0;
    int n;

    for (n = 0; n < MAX_TERMS && sum < u && j < limit; n++) {
        term *= (base + slope * j) / (j + 1);
        j += 1;
        sum += term;
        if (term < LAST_TERM && j > mean) {
            break;
        }
    }
    return j;
}

double
eng_sample_poisson(double mean, double u)
{
    if (!(mean >= 0 && mean < INFINITY && u == u)) {
        return NAN;
    }
    u = clamp_uniform(u);
    return mean < MANY_VARIANCE ? few(mean, eng_exp(-mean), mean, 0.0, INFINITY, u) : many(mean, mean, 1.0, 0.0, u);
}

/* Binomial with p <= 1/2 and q = 1 - p, both given so that neither loses digits. */
static double
binomial_lower(double n, double p, double q, double u)
{
    double variance = n * p * q, odds = p / q;

    if (variance >= MANY_VARIANCE) {
        return eng_min(n, many(n * p, variance, q - p, 1 / n, u));
    }
    return few(n * p, eng_exp(n * eng_log1p(-p)), n * odds, -odds, n, u); /* n p <= 50: no underflow */
}

static double
binomial(double n, double p, double q, double u)
{
    u = clamp_uniform(u);
    return p <= q ? binomial_lower(n, p, q, u) : n - binomial_lower(n, q, p, 1 - u);
}

double
eng_sample_binomial(double n, double p, double u)
{
    if (!(n >= 0 && n < INFINITY && p >= 0 && p <= 1 && u == u)) {
        return NAN;
    }
    return binomial(n, p, 1 - p, u);
}

/* --- negative binomial: the root ------------------------------------------------------------------------ */

typedef struct {
    double k, beta, rest;  /* lineages; ratio; 1 - beta */
    double log_beta, odds; /* log(beta); beta / (1 - beta) */
} lineages_t;

/*
 * P(J >= b) = sum over i < k of C(b+i-1, i) rest^i beta^b, which is meant for any real b > 0 (it is the
 * incomplete beta function).  *density: minus its slope, taken as the geometric mean of P(J = b-1) and P(J = b).
 */
static double
upper_tail(const lineages_t *law, double b, double *density)
{
    double term = eng_exp(b * law->log_beta), sum = term, i;

    for (i = 0; i < law->k - 1; i++) {
        term *= law->rest * ((b + i) / (i + 1));
        sum += term;
    }
    term *= law->rest * ((b + law->k - 1) / b);
    *density = term * sqrt(b / ((b + law->k - 1) * law->beta));
    return sum;
}

/* Where to begin: the gamma law of the same shape, by E. Wilson and M. Hilferty (1931), or near 0 by its power. */
static double
root_start(const lineages_t *law, double t)
{
    double ninth = 1 / (9 * law->k), w = 1 - ninth - eng_normal_quantile(t) * sqrt(ninth), power;

    w = w > 0 ? law->k * w * w * w : 0.0;
    power = eng_exp((eng_log(1 - t) + eng_gamma_log(law->k + 1)) / law->k);
    return law->odds * eng_max(w, power);
}

/* Smallest j with P(J >= j+1) <= t.  Newton steps on the logarithm of the smaller tail; both are concave. */
static double
root(const lineages_t *law, double u)
{
    double t = settle(1 - u, 40), b, next, density, tail, step;
    int n;

    if (law->k == 1) {
        return eng_max(0.0, ceiling(eng_log(t) / law->log_beta - 1));
    }
    b = root_start(law, t);
    for (n = 0; n < MAX_STEPS; n++) {
        tail = upper_tail(law, b, &density);
        if (t < 0.5) {
            step = eng_log(tail / t) * (tail / density);
        } else {
            tail = eng_max(1 - tail, 0x1p-54);
            step = eng_log((1 - t) / tail) * (tail / density);
        }
        next = eng_max(b / 8, eng_min(b + step, b * 8));
        step = eng_abs(next - b);
        b = next;
        if (step <= 1e-9 * b) {
            break;
        }
    }
    return eng_max(0.0, ceiling(b - 1));
}

/* rest = 1 - beta is given too, since it may be far below an ulp of beta. */
static double
negative_binomial(double k, double beta, double rest, double u)
{
    lineages_t law = { k, beta, rest, 0, beta / rest };
    double mean = k * law.odds, log_rest;

    if (k == 0 || beta == 0) {
        return 0;
    }
    u = clamp_uniform(u);
    if (mean >= MANY_MEAN && k >= MANY_LINEAGES) {
        return many(mean, mean / rest, (1 + beta) / rest, -1 / k, u);
    }
    if (k == 1 || (mean >= ROOT_MEAN && k < MANY_LINEAGES)) {
        law.log_beta = beta < 0.5 ? eng_log(beta) : eng_log1p(-rest); /* only the root needs it */
        return root(&law, u);
    }
    log_rest = beta < 0.5 ? eng_log1p(-beta) : eng_log(rest);
    return few(mean, eng_exp(k * log_rest), k * beta, beta, INFINITY, u);
}

double
eng_sample_negative_binomial(double k, double beta, double u)
{
    if (!(k >= 0 && k < INFINITY && beta >= 0 && beta < 1 && u == u)) {
        return NAN;
    }
    return negative_binomial(k, beta, 1 - beta, u);
}

double
eng_sample_birth_death(double n, double A, double Q, uint64_t word1, uint64_t word2)
{
    double rest = 1 + A - Q, survivors;

    if (!(n >= 0 && n < INFINITY && A >= 0 && A < INFINITY && Q >= 0 && rest > 0)) {
        return NAN;
    }
    survivors = binomial(n, 1 / (1 + A), A / (1 + A), eng_uniform(word1));
    return survivors + negative_binomial(survivors, Q / (1 + A), rest / (1 + A), eng_uniform(word2));
}
