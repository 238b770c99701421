/**
 * Signals: what drugs and modules write and equations read, a row of lanes each.  A sum is 0 where nobody writes, a
 * factor 1.  Drugs write first, then modules in the order of the catalogue: one fixed order, the same bits.  An equation
 * that may read signals is compiled twice: where nobody writes in a calendar it does not look (eng_course_t.writes).
 *
 * A new signal is a line here and its reader.
 */
#ifndef ENG_MODEL_SIGNAL_H
#define ENG_MODEL_SIGNAL_H

/* X(name, FACTOR | SUM, "unit", "what it does; who reads it") */
#define ENG_SIGNAL_LIST(X)                                                                          \
    X(traffic, FACTOR, "1", "share of a trigger's effectors that reach the tissue")                 \
    X(burst, FACTOR, "1", "effectors that a trigger makes of clones, help by B cells apart from traffic") \
    X(b_kill, SUM, "1/d", "killing of B cells")                                                     \
    X(b_memory_kill, SUM, "1/d", "kBa, killing of autoreactive B cells in tissue; diseases")        \
    X(plasma_kill, SUM, "1/d", "kP, killing of plasma cells; diseases")                             \
    X(plasma_making, FACTOR, "1", "ab, plasma cells that B cells make; diseases")                        \
    X(interferon, SUM, "1", "type I interferon kept from its receptor, as growth of effectors that it stops; diseases") \
    X(effector_growth, FACTOR, "1", "fpX, growth of autoreactive effectors")                        \
    X(effector_kill, SUM, "1/d", "kX, killing of autoreactive effectors")                           \
    X(clone_kill, SUM, "1/d", "kE, killing of autoreactive memory cells")                           \
    X(repriming, FACTOR, "1", "rep, naive cells that become autoreactive memory")                   \
    X(regulation, SUM, "1/d", "production of transient regulation Rx")                              \
    X(trigger_rate, FACTOR, "1", "triggers, relative to the bound of the disease")                 \
    X(tissue, FACTOR, "1", "tis, inflammation that effectors make in tissue")                     \
    X(damage, FACTOR, "1", "dmg, damage that an inflamed tissue takes; diseases")                  \
    X(infection_rate, FACTOR, "1", "infections: frailty of a body that is ill otherwise")          \
    X(opportunistic, SUM, "1", "viral and fungal infections that steroids add, relative; hazards") \
    X(cmv, FACTOR, "1", "reactivation of cytomegalovirus; hazards")                                 \
    X(vod, FACTOR, "1", "veno-occlusive disease, and deaths of it; conditioning")                   \
    X(insulin, SUM, "1", "insulin given to a plan, needed or not: share of the full dose; diseases") \
    X(desensitisation, SUM, "1", "allergen that is eaten, share of the maintenance dose; diseases")  \
    X(platelet_loss, SUM, "1/d", "loss of platelets beside age, vessels and mucosal injury")       \
    X(immunosuppression, SUM, "1", "rejection of foreign cells that is held back, share; products")     \
    X(cd19, SUM, "1/d", "kBa too, killing of B cells by cells that find them anywhere; diseases")      \
    X(plasmablast_kill, SUM, "1/d", "kP of short-lived plasma cells alone; diseases")                  \
    X(treg_help, FACTOR, "1", "t_m, suppression of effectors by Treg; effectors")                  \
    X(repair, SUM, "1", "repair of an organ, share of what the disease says; diseases")            \
    X(local_repair, SUM, "1", "the same of a place into which cells were injected; diseases")

#define ENG_SIGNAL_AS_ENUM(name, kind, unit, help) ENG_SIGNAL_##name,
typedef enum { ENG_SIGNAL_LIST(ENG_SIGNAL_AS_ENUM) ENG_NUM_SIGNALS } eng_signal_t;
#undef ENG_SIGNAL_AS_ENUM

#define ENG_SIGNAL_IS_FACTOR(name, kind, unit, help) | (ENG_SIGNAL_##kind << ENG_SIGNAL_##name)
enum { ENG_SIGNAL_SUM = 0, ENG_SIGNAL_FACTOR = 1 };
/** Bit k: signal k is a factor. */
enum { ENG_SIGNAL_FACTORS = 0 ENG_SIGNAL_LIST(ENG_SIGNAL_IS_FACTOR) };
#undef ENG_SIGNAL_IS_FACTOR

/** Those that act as much as the scale of the disease says, `drug.scale`. */
enum { ENG_SIGNAL_SCALED = 1 << ENG_SIGNAL_effector_growth | 1 << ENG_SIGNAL_tissue | 1 << ENG_SIGNAL_interferon };

/** Those on which a drug acts in everybody, whoever responds to it otherwise. */
enum { ENG_SIGNAL_SURE = 1 << ENG_SIGNAL_opportunistic | 1 << ENG_SIGNAL_cmv | 1 << ENG_SIGNAL_vod | 1 << ENG_SIGNAL_immunosuppression };

#define ENG_SIGNAL_BIT(name) (1u << ENG_SIGNAL_##name)

#endif
