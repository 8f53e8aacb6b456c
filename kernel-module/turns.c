// SPDX-License-Identifier: GPL-2.0
/*
 * Which of a tenant's stores may close what it has released, and when.
 *
 * The kernel runs only a limited number of works of one queue at the same time.
 * A tenant who mounts many stores full of files that are slow to close must not
 * use up all of them. So the stores of one allowance share FDSTOREFS_TURNS
 * turns, and each closer that is at work has one of them. A store that gets
 * none waits in a queue, and a closer gives way after each file if a store
 * waits there.
 */
#include "internal.h"

#define FDSTOREFS_TURNS		16

/**
 * fdstorefs_prepare_turns - set up the turns of a new allowance
 * @turns: the turns, which its stores share
 */
FDSTOREFS_CONSTRUCTOR
void fdstorefs_prepare_turns(struct fdstorefs_turns *turns)
{
	spin_lock_init(&turns->lock);
	turns->taken = 0;
	INIT_LIST_HEAD(&turns->waiting);
}

static void fdstorefs_await_turn(struct fdstorefs_turns *turns,
				 struct fdstorefs_super *fsi)
	__must_hold(&turns->lock)
{
	if (!list_empty(&fsi->turn))
		return;
	fdstorefs_super_get(fsi);
	list_add_tail(&fsi->turn, &turns->waiting);
}

/**
 * fdstorefs_take_turn - take a turn for one more closer of a store
 * @fsi: the store; under its lock
 *
 * Return: true if the closer may begin; else the store waits, and a later
 * fdstorefs_give_turn() returns it
 */
bool fdstorefs_take_turn(struct fdstorefs_super *fsi)
{
	struct fdstorefs_turns *turns = fdstorefs_turns_of(fsi);
	bool may;

	if (!turns)
		return true;
	spin_lock(&turns->lock);
	may = turns->taken < FDSTOREFS_TURNS;
	if (may)
		turns->taken++;
	else
		fdstorefs_await_turn(turns, fsi);
	spin_unlock(&turns->lock);
	return may;
}

/**
 * fdstorefs_turn_wanted - does another store wait for a turn?
 * @fsi: a store that has one
 *
 * Return: true if one does
 */
bool fdstorefs_turn_wanted(struct fdstorefs_super *fsi)
{
	struct fdstorefs_turns *turns = fdstorefs_turns_of(fsi);
	bool wanted;

	if (!turns)
		return false;
	spin_lock(&turns->lock);
	wanted = !list_empty(&turns->waiting);
	spin_unlock(&turns->lock);
	return wanted;
}

/**
 * fdstorefs_give_turn - give up the turn of a closer that has ended
 * @fsi: its store
 * @more: the store has more to close
 *
 * Return: the store whose turn it is now, with a reference; or NULL
 */
struct fdstorefs_super *fdstorefs_give_turn(struct fdstorefs_super *fsi, bool more)
{
	struct fdstorefs_turns *turns = fdstorefs_turns_of(fsi);
	struct fdstorefs_super *next = NULL;

	if (!turns)
		return NULL;
	spin_lock(&turns->lock);
	if (more)
		fdstorefs_await_turn(turns, fsi);
	if (list_empty(&turns->waiting)) {
		turns->taken--;
	} else {
		next = list_first_entry(&turns->waiting, struct fdstorefs_super, turn);
		list_del_init(&next->turn);
	}
	spin_unlock(&turns->lock);
	return next;
}
