-- head_get - how far this node has numbered and sealed
SELECT node, epoch, leaf, seal, encode(hash, 'hex'), up, down, snapshot FROM journal.head
