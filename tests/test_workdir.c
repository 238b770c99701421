/**
 * The work folder: journals of the newest attempt come first; what a run left that was killed after its result had got its name
 * goes, and nothing else does.
 */
#include "engine/shm.h"
#include "engine/workdir.h"
#include "journal_fixture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder RESULT.work with the journal of one attempt and what else stands there. */
static const char *
make_folder(const eng_journal_key_t *key)
{
    const char *result = eng_test_path(eng_test_directory(), "r.h5");
    char *folder = eng_workdir_path(result, NULL), *path;
    eng_journal_t journal;
    eng_batch_t batch;

    CU_ASSERT_EQUAL_FATAL(mkdir(folder, 0777), 0);
    CU_ASSERT_EQUAL_FATAL(eng_batch_create(&batch, &layout, &records), 0);
    fill(&batch, 0);
    CU_ASSERT_EQUAL(eng_journal_open(&journal, folder, 3, 1, key), 0);
    CU_ASSERT_EQUAL(eng_journal_append(&journal, &batch, false), 0);
    eng_journal_close(&journal);
    eng_batch_free(&batch);
    path = eng_workdir_path(result, "attempts");
    put_file(path, "one\n", 4);
    free(path);
    free(folder);
    return result;
}

static bool
is_there(const char *result, const char *file)
{
    char *path = eng_workdir_path(result, file);
    const bool there = access(path, F_OK) == 0;

    free(path);
    return there;
}

static void
test_newest_attempt_first(void)
{
    static const char *const names[] = { "journal.2.0", "journal.10.1", "journal.9.0", "journal.10.0", "journal.2.10" };
    static const char *const wanted[] = { "journal.10.0", "journal.10.1", "journal.9.0", "journal.2.0", "journal.2.10" };
    const char *result = eng_test_path(eng_test_directory(), "r.h5");
    char *folder = eng_workdir_path(result, NULL);
    eng_workdir_t dir;

    CU_ASSERT_EQUAL_FATAL(mkdir(folder, 0777), 0);
    for (int j = 0; j < 5; j++) {
        put_file(eng_test_path(folder, names[j]), "x", 1);
    }
    CU_ASSERT_EQUAL(eng_workdir_look(&dir, result), 0);
    CU_ASSERT_EQUAL_FATAL(dir.num_journals, 5);
    for (int j = 0; j < 5; j++) {
        CU_ASSERT_STRING_EQUAL(strrchr(dir.journals[j], '/') + 1, wanted[j]);
    }
    CU_ASSERT_EQUAL(dir.attempt, 11);
    eng_workdir_free(&dir);
    free(folder);
}

static void
test_what_a_complete_run_left_goes(void)
{
    const eng_journal_key_t key = make_key();
    const char *result = make_folder(&key);
    eng_workdir_t dir;

    CU_ASSERT_EQUAL(eng_workdir_clear(&dir, result, &study), 0);
    eng_workdir_free(&dir);
    CU_ASSERT(!is_there(result, NULL));
    CU_ASSERT_EQUAL(eng_workdir_clear(&dir, result, &study), 0); /* none there: none is made */
    eng_workdir_free(&dir);
    CU_ASSERT(!is_there(result, NULL));
}

static void
test_work_of_others_stays(void)
{
    eng_journal_key_t key = make_key();
    eng_workdir_t dir, other;
    const char *result;

    key.extent[0] = 'x';
    result = make_folder(&key);
    CU_ASSERT_EQUAL(eng_workdir_clear(&dir, result, &study), 0);
    eng_workdir_free(&dir);
    CU_ASSERT(is_there(result, "journal.3.1") && is_there(result, "attempts"));

    key = make_key();
    result = make_folder(&key);
    CU_ASSERT_EQUAL(eng_workdir_enter(&other, result), 0); /* a run holds it */
    CU_ASSERT_EQUAL(eng_workdir_clear(&dir, result, &study), 0);
    eng_workdir_free(&dir);
    CU_ASSERT(is_there(result, "journal.3.1"));
    eng_workdir_free(&other);
}

/* Segments of shared memory: dead ones of this user and host go; open, mapped and other ones stay. */
static void
test_dead_segments_go(void)
{
    const char *folder = eng_test_directory();
    char host[200] = "", names[6][300], *paths[6];
    int fds[6];
    void *map;

    gethostname(host, sizeof(host) - 1);
    host[strcspn(host, ".")] = '\0';
    snprintf(names[0], sizeof(names[0]), "vader_segment.%s.0.1.0", host);
    snprintf(names[1], sizeof(names[1]), "vader_segment.%s.0.1.1", host);      /* open */
    snprintf(names[2], sizeof(names[2]), "vader_segment.%s.0.1.12", host);     /* mapped; another one's name is its beginning */
    snprintf(names[3], sizeof(names[3]), "vader_segment.x%s.0.1.0", host);     /* another host's */
    snprintf(names[4], sizeof(names[4]), "sem.%s", host);
    snprintf(names[5], sizeof(names[5]), "sm_segment.%s.0.1.0", host); /* of Open MPI 5 */
    for (int j = 0; j < 6; j++) {
        paths[j] = (char *)(uintptr_t)eng_test_path(folder, names[j]);
        fds[j] = open(paths[j], O_RDWR | O_CREAT, 0600);
        CU_ASSERT_FATAL(fds[j] >= 0 && ftruncate(fds[j], 4096) == 0);
    }
    map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fds[2], 0);
    CU_ASSERT_FATAL(map != MAP_FAILED);
    close(fds[0]);
    close(fds[2]);
    close(fds[3]);
    close(fds[4]);
    close(fds[5]);
    CU_ASSERT_EQUAL(eng_shm_sweep(folder), 2);
    CU_ASSERT(access(paths[0], F_OK) != 0 && access(paths[5], F_OK) != 0 && access(paths[1], F_OK) == 0 && access(paths[2], F_OK) == 0);
    CU_ASSERT(access(paths[3], F_OK) == 0 && access(paths[4], F_OK) == 0);
    close(fds[1]);
    munmap(map, 4096);
    CU_ASSERT_EQUAL(eng_shm_sweep(folder), 2);
    CU_ASSERT_EQUAL(eng_shm_sweep("/nowhere"), 0);
}

int
main(int argc, char **argv)
{
    static const eng_test_t tests[] = { ENG_TEST(test_newest_attempt_first), ENG_TEST(test_what_a_complete_run_left_goes),
        ENG_TEST(test_work_of_others_stays), ENG_TEST(test_dead_segments_go) };
    return ENG_TEST_MAIN(argc, argv, "work folder", tests);
}
