/**
 * What killed runs leave in /dev/shm: Open MPI's launcher removes its ranks' segments when a job ends, but not when it is killed
 * itself, and Open MPI 5 not those of a rank that had no launcher.  Serial.
 */
#ifndef ENG_ENGINE_SHM_H
#define ENG_ENGINE_SHM_H

#define ENG_SHM_FOLDER "/dev/shm"

/**
 * Remove the segments of Open MPI (vader_segment.HOST.*, from Open MPI 5 on sm_segment.HOST.*) in `folder` that are this user's and this host's and that no process has
 * open or mapped.  Returns how many went.  A segment of a living program stays: it is open until it is mapped, and mapped until it is
 * removed.  Where /proc cannot be read, or shows a container's processes while the shared memory is the machine's, nothing is removed.
 */
int eng_shm_sweep(const char *folder);

#endif
