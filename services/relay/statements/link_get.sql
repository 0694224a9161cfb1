-- link_get - how far this node has taken a neighbour's journal
--   $1 peer
SELECT lane, epoch, leaf, seal, sealhash FROM relay.link WHERE peer = $1 AND direction = 'from'
