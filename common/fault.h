/* fault - named places at which a test may end the process as a crash would: FAULT("serve.committed")
 *
 * Compiled in by the presets fault and asan alone; never in what is shipped. A test arms a place by making the
 * file DIR/run/fault-<daemon>-<place>; the first process that comes by removes it and kills itself, so a place
 * is reached once, also when a keeper starts the daemon again.
 */
#ifndef FAULT_H
#define FAULT_H

#ifdef SINERGI_FAULTS
void fault_reach(const char *place);
#define FAULT(place) fault_reach(place)
#else
#define FAULT(place) ((void)0)
#endif

#endif
