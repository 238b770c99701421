#!/usr/bin/env python3
"""Names of the biology that studies rely on: each is in `engraft list`, with what it is, its unit where it has one, its source where it is an action."""
import os
import re
import subprocess

from testlib import check, finish

ENGRAFT = os.environ["ENGRAFT"]
DISEASES = "ms t1d ra sle ssc crohn uc allergy inflammation none".split()
NOUNS = {
    "mobilise": "cy gcsf plerixafor",
    "harvest": "pb bm",
    "condition": "cy200 cy120_low beam tbi8_cy120 mac mel200 ric nma_flu_tbi2 none cy bu mel flu bcnu_arac_vp16 etoposide thiotepa treosulfan tbi",
    "atg": "ratg eatg atlg alemtuzumab",
    "graft": "pb bm cord",
    "growth": "gcsf kgf il7 ssb tpo",
    "drug": "dmt_standard natalizumab fingolimod siponimod ifn_ga dmf cladribine mitoxantrone rituximab ocrelizumab mtx_low csdmard anti_tnf anti_il6 "
            "jak_inhibitor anti_integrin ustekinumab azathioprine mmf cyc_iv belimumab anifrolumab hcq insulin teplizumab abatacept omalizumab dupilumab "
            "immunotherapy nintedanib letermovir defibrotide cyc_oral prednisone low_dose_il2 bortezomib daratumumab",
}
COVARIATES = {"": "age female year organ_score prior_lines hct_ci cmv", "ms": "ms_form edss duration", "t1d": "t1d_stage dka", "ra": "serology",
              "crohn": "perianal", "ssc": "duration"}
OUTCOMES = {
    "": "death os nrm efs rfs pfs anc_recovery plt_recovery cd4_200 graft_failure secondary_malignancy secondary_autoimmunity infections cmv_infection "
        "ebv_infection zoster ptld bacteraemia severe_infection severe_events vod infertility second_cancer anc platelets hb cd4 cd8 nk b treg monocytes "
        "naive_cd4_share richness igg naive_cd4 trec vaccine_response",
    "ms": "relapse progression arr neda3 e1y_ratio clones_left lesions edss",
    "t1d": "relapse progression insulin_independence insulin_resumed severe_hypoglycaemia diagnosis c_peptide beta_mass insulin_dose hba1c",
    "ra": "relapse progression acr20 acr50 acr70 das28_remission das28 sharp",
    "sle": "relapse progression sle_flare sri4 nephritis_flare drug_free_remission sledai autoantibody kidney_damage",
    "ssc": "relapse progression ssc_organ_failure mrss_response fvc_decline mrss fvc",
    "crohn": "relapse progression cdai_remission treatment_free mucosal_healing fistula_remission cdai barrier",
    "uc": "relapse progression treatment_free mucosal_healing mayo barrier",
    "allergy": "relapse itch_response exacerbations symptom_score ige ige_response",
    "inflammation": "relapse remission",
}
WHEN = "infection cmv_infection ebv_infection zoster bacteraemia severe_infection graft_failure loss_of_response"


def listed(*arguments):
    """Tables of `engraft list`: cells by columns that two spaces part."""
    text = subprocess.run([ENGRAFT, "list", *arguments], capture_output=True, text=True, check=True).stdout
    return [re.split(r"  +", line.strip()) for line in text.splitlines()]


def table(cells, head):
    """Rows of the table whose head begins with a word, by their first cell."""
    start = next((k for k, row in enumerate(cells) if row[0] == head), len(cells))
    rows = {}
    for row in cells[start + 1:]:
        if row == [""]:
            break
        rows[row[0]] = row
    return rows


diseases = table(listed("diseases"), "disease")
actions = {(row[0], row[1]): row for row in listed("actions")[1:] if len(row) > 2}
for name in DISEASES:
    check(name in diseases and len(diseases[name][-1]) > 10, f"disease {name}")
for verb, nouns in NOUNS.items():
    for noun in nouns.split():
        check((verb, noun) in actions and len(actions[verb, noun][-1]) > 5, f"{verb}: {noun}")

for name in DISEASES:
    page = listed("diseases", name)
    covariates, events = table(page, "covariate"), table(page, "event")
    for covariate in (COVARIATES[""] + " " + COVARIATES.get(name, "")).split():
        check(covariate in covariates, f"covariate {covariate} of {name}")
    for event in WHEN.split():
        check(event in events and events[event][1] == "yes", f"when: {event} of {name}")
    outcomes = table(listed("outcomes", name), "outcome")
    for outcome in (OUTCOMES[""] + " " + OUTCOMES.get(name, "")).split():
        check(outcome in outcomes and len(outcomes[outcome]) >= 3 and len(outcomes[outcome][-1]) > 5, f"outcome {outcome} of {name}")

finish()
