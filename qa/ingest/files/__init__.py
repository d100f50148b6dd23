"""Files to text: what there is to read at a path, zips, encodings, mojibake, characters in disguise."""
