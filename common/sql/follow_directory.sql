-- follow_directory - the version of nodes, principals and regions: what the node serves may have changed
SELECT version FROM directory.version
