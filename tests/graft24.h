/**
 * GRAFT24: 24 species and 67 mass-action reactions of a graft and the immune system that grows from it, a load for
 * speed and accuracy, not a clinical model.  Unit: day.  Size S = 1 is about 1 mL of blood and marrow; the rate of a
 * reaction is k S^power, the start of a scaled species start x S, halves to even.
 */
#ifndef ENG_TESTS_GRAFT24_H
#define ENG_TESTS_GRAFT24_H

#include "model/network.h"
#include <math.h>

enum { HSC, MPP, GMP, CLP, NEU, ETP, DP, N4, N8, M4, M8, TREG, B, BM, PC, NK, A1, A2, E1, E2, APC, AG, DMG, VIR, GRAFT24_SPECIES };
#define GRAFT24_REACTIONS 67

static const struct {
    const char *name;
    double start;
    int scaled;
} graft24_species[GRAFT24_SPECIES] = {
    { "HSC", 20, 0 },
    { "MPP", 200, 0 },
    { "GMP", 0, 0 },
    { "CLP", 0, 0 },
    { "NEU", 0, 1 },
    { "ETP", 0, 0 },
    { "DP", 0, 1 },
    { "N4", 1000, 1 },
    { "N8", 500, 1 },
    { "M4", 5000, 1 },
    { "M8", 5000, 1 },
    { "TREG", 500, 1 },
    { "B", 0, 1 },
    { "BM", 100, 1 },
    { "PC", 50, 1 },
    { "NK", 100, 1 },
    { "A1", 5, 0 },
    { "A2", 3, 0 },
    { "E1", 0, 0 },
    { "E2", 0, 0 },
    { "APC", 10, 0 },
    { "AG", 0, 0 },
    { "DMG", 0, 0 },
    { "VIR", 0, 0 },
};

static const struct {
    double k;
    int power, reactant[2], change[3][2];
} graft24_rows[GRAFT24_REACTIONS] = {
    { 0.05, 0, { HSC, -1 }, { { HSC, 1 }, { -1, 0 } } }, /* HSC -> 2 HSC */
    { 0.001, 0, { HSC, HSC }, { { HSC, -1 }, { -1, 0 } } }, /* HSC+HSC -> HSC */
    { 0.02, 0, { HSC, -1 }, { { MPP, 1 }, { HSC, -1 }, { -1, 0 } } }, /* HSC -> MPP */
    { 0.5, 0, { HSC, -1 }, { { MPP, 1 }, { -1, 0 } } }, /* HSC -> HSC+MPP */
    { 1, 0, { MPP, -1 }, { { GMP, 1 }, { -1, 0 } } }, /* MPP -> MPP+GMP */
    { 0.1, 0, { MPP, -1 }, { { CLP, 1 }, { -1, 0 } } }, /* MPP -> MPP+CLP */
    { 0.1, 0, { MPP, -1 }, { { MPP, -1 }, { -1, 0 } } }, /* MPP -> 0 */
    { 0.2, 0, { GMP, -1 }, { { GMP, -1 }, { -1, 0 } } }, /* GMP -> 0 */
    { 400, 1, { GMP, -1 }, { { NEU, 1 }, { -1, 0 } } }, /* GMP -> GMP+NEU */
    { 0.7, 0, { NEU, -1 }, { { NEU, -1 }, { -1, 0 } } }, /* NEU -> 0 */
    { 0.1, 0, { CLP, -1 }, { { CLP, -1 }, { -1, 0 } } }, /* CLP -> 0 */
    { 0.02, 0, { CLP, -1 }, { { ETP, 1 }, { CLP, -1 }, { -1, 0 } } }, /* CLP -> ETP */
    { 0.05, 0, { ETP, -1 }, { { ETP, -1 }, { -1, 0 } } }, /* ETP -> 0 */
    { 200, 1, { ETP, -1 }, { { DP, 1 }, { -1, 0 } } }, /* ETP -> ETP+DP */
    { 0.25, 0, { DP, -1 }, { { DP, -1 }, { -1, 0 } } }, /* DP -> 0 */
    { 0.02, 0, { DP, -1 }, { { N4, 1 }, { DP, -1 }, { -1, 0 } } }, /* DP -> N4 */
    { 0.01, 0, { DP, -1 }, { { N8, 1 }, { DP, -1 }, { -1, 0 } } }, /* DP -> N8 */
    { 0.002, 0, { DP, -1 }, { { TREG, 1 }, { DP, -1 }, { -1, 0 } } }, /* DP -> TREG */
    { 0.004, 0, { N4, -1 }, { { N4, -1 }, { -1, 0 } } }, /* N4 -> 0 */
    { 0.004, 0, { N8, -1 }, { { N8, -1 }, { -1, 0 } } }, /* N8 -> 0 */
    { 0.0005, 0, { N4, -1 }, { { M4, 1 }, { N4, -1 }, { -1, 0 } } }, /* N4 -> M4 */
    { 0.0005, 0, { N8, -1 }, { { M8, 1 }, { N8, -1 }, { -1, 0 } } }, /* N8 -> M8 */
    { 0.02, 0, { M4, -1 }, { { M4, 1 }, { -1, 0 } } }, /* M4 -> 2 M4 */
    { 1e-07, -1, { M4, M4 }, { { M4, -1 }, { -1, 0 } } }, /* M4+M4 -> M4 */
    { 0.01, 0, { M4, -1 }, { { M4, -1 }, { -1, 0 } } }, /* M4 -> 0 */
    { 0.025, 0, { M8, -1 }, { { M8, 1 }, { -1, 0 } } }, /* M8 -> 2 M8 */
    { 1e-07, -1, { M8, M8 }, { { M8, -1 }, { -1, 0 } } }, /* M8+M8 -> M8 */
    { 0.01, 0, { M8, -1 }, { { M8, -1 }, { -1, 0 } } }, /* M8 -> 0 */
    { 0.01, 0, { TREG, -1 }, { { TREG, 1 }, { -1, 0 } } }, /* TREG -> 2 TREG */
    { 0.02, 0, { TREG, -1 }, { { TREG, -1 }, { -1, 0 } } }, /* TREG -> 0 */
    { 100, 1, { CLP, -1 }, { { B, 1 }, { -1, 0 } } }, /* CLP -> CLP+B */
    { 0.15, 0, { B, -1 }, { { B, -1 }, { -1, 0 } } }, /* B -> 0 */
    { 0.001, 0, { B, -1 }, { { BM, 1 }, { B, -1 }, { -1, 0 } } }, /* B -> BM */
    { 0.005, 0, { BM, -1 }, { { BM, -1 }, { -1, 0 } } }, /* BM -> 0 */
    { 0.0005, 0, { BM, -1 }, { { PC, 1 }, { -1, 0 } } }, /* BM -> BM+PC */
    { 0.05, 0, { PC, -1 }, { { PC, -1 }, { -1, 0 } } }, /* PC -> 0 */
    { 50, 1, { CLP, -1 }, { { NK, 1 }, { -1, 0 } } }, /* CLP -> CLP+NK */
    { 0.08, 0, { NK, -1 }, { { NK, -1 }, { -1, 0 } } }, /* NK -> 0 */
    { 1e-08, -1, { N4, -1 }, { { A1, 1 }, { -1, 0 } } }, /* N4 -> N4+A1 */
    { 1e-08, -1, { N8, -1 }, { { A2, 1 }, { -1, 0 } } }, /* N8 -> N8+A2 */
    { 0.01, 0, { A1, -1 }, { { A1, -1 }, { -1, 0 } } }, /* A1 -> 0 */
    { 0.01, 0, { A2, -1 }, { { A2, -1 }, { -1, 0 } } }, /* A2 -> 0 */
    { 0.0002, 0, { A1, APC }, { { E1, 1 }, { -1, 0 } } }, /* A1+APC -> A1+APC+E1 */
    { 0.0002, 0, { A2, APC }, { { E2, 1 }, { -1, 0 } } }, /* A2+APC -> A2+APC+E2 */
    { 0.003, 0, { E1, APC }, { { E1, 1 }, { -1, 0 } } }, /* E1+APC -> 2 E1+APC */
    { 0.003, 0, { E2, APC }, { { E2, 1 }, { -1, 0 } } }, /* E2+APC -> 2 E2+APC */
    { 5e-06, -1, { E1, TREG }, { { E1, -1 }, { -1, 0 } } }, /* E1+TREG -> TREG */
    { 5e-06, -1, { E2, TREG }, { { E2, -1 }, { -1, 0 } } }, /* E2+TREG -> TREG */
    { 0.1, 0, { E1, -1 }, { { E1, -1 }, { -1, 0 } } }, /* E1 -> 0 */
    { 0.1, 0, { E2, -1 }, { { E2, -1 }, { -1, 0 } } }, /* E2 -> 0 */
    { 0.005, 0, { E1, -1 }, { { A1, 1 }, { E1, -1 }, { -1, 0 } } }, /* E1 -> A1 */
    { 0.005, 0, { E2, -1 }, { { A2, 1 }, { E2, -1 }, { -1, 0 } } }, /* E2 -> A2 */
    { 0.01, 0, { E1, -1 }, { { DMG, 1 }, { -1, 0 } } }, /* E1 -> E1+DMG */
    { 0.01, 0, { E2, -1 }, { { DMG, 1 }, { -1, 0 } } }, /* E2 -> E2+DMG */
    { 0.02, 0, { DMG, -1 }, { { DMG, -1 }, { -1, 0 } } }, /* DMG -> 0 */
    { 0.1, 0, { DMG, -1 }, { { AG, 1 }, { -1, 0 } } }, /* DMG -> DMG+AG */
    { 0.2, 0, { AG, -1 }, { { AG, -1 }, { -1, 0 } } }, /* AG -> 0 */
    { 0.05, 0, { AG, -1 }, { { APC, 1 }, { -1, 0 } } }, /* AG -> AG+APC */
    { 5, 0, { -1, -1 }, { { APC, 1 }, { -1, 0 } } }, /* 0 -> APC */
    { 0.1, 0, { APC, -1 }, { { APC, -1 }, { -1, 0 } } }, /* APC -> 0 */
    { 0.001, 0, { APC, APC }, { { APC, -1 }, { -1, 0 } } }, /* APC+APC -> APC */
    { 0.0005, 0, { E1, E1 }, { { E1, -1 }, { -1, 0 } } }, /* E1+E1 -> E1 */
    { 0.0005, 0, { E2, E2 }, { { E2, -1 }, { -1, 0 } } }, /* E2+E2 -> E2 */
    { 0.01, 0, { -1, -1 }, { { VIR, 1 }, { -1, 0 } } }, /* 0 -> VIR */
    { 0.6, 0, { VIR, -1 }, { { VIR, 1 }, { -1, 0 } } }, /* VIR -> 2 VIR */
    { 0.0001, 0, { VIR, VIR }, { { VIR, -1 }, { -1, 0 } } }, /* VIR+VIR -> VIR */
    { 5e-06, -1, { VIR, M8 }, { { VIR, -1 }, { -1, 0 } } }, /* VIR+M8 -> M8 */
};

typedef struct {
    double start[GRAFT24_SPECIES];
    eng_reaction_t reaction[GRAFT24_REACTIONS];
    eng_network_t network;
} graft24_t;

static inline void graft24_make(graft24_t *g, double size)
{
    for (int s = 0; s < GRAFT24_SPECIES; s++) {
        g->start[s] = rint(graft24_species[s].start * (graft24_species[s].scaled ? size : 1));
    }
    for (int r = 0; r < GRAFT24_REACTIONS; r++) {
        eng_reaction_t *row = &g->reaction[r];
        row->rate = graft24_rows[r].k * pow(size, graft24_rows[r].power);
        for (int j = 0; j < 2; j++) {
            row->reactant[j] = graft24_rows[r].reactant[j];
        }
        for (int j = 0; j < ENG_NETWORK_CHANGES; j++) {
            row->change[j].species = j < 3 ? graft24_rows[r].change[j][0] : -1;
            row->change[j].by = j < 3 ? graft24_rows[r].change[j][1] : 0;
        }
    }
    g->network = (eng_network_t){ GRAFT24_SPECIES, GRAFT24_REACTIONS, g->start, g->reaction };
}

#endif
