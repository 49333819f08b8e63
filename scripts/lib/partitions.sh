# shellcheck shell=bash
# The partitions of an image, made in its file without mounting anything and without loop devices. Sourced.

# The number of the card, by which the system finds its partitions (image/root/etc/fstab, …/default/raspi-firmware).
disk_number=56474147
mebibyte=$((1024 * 1024))
# The first partition begins where cards like it; each is whole mebibytes.
first_mib=4
boot_mib=256
data_mib=256

# lay_out IMAGE ROOT_MIB: an empty image with its table; sets $root_first_mib, $data_first_mib.
lay_out() {
  local image=$1 root_mib=$2
  root_first_mib=$((first_mib + boot_mib))
  data_first_mib=$((root_first_mib + root_mib))
  rm -f "$image"
  truncate -s $(((data_first_mib + data_mib) * mebibyte)) "$image" || return 1
  sfdisk --quiet --no-reread --no-tell-kernel "$image" <<TABLE
label: dos
label-id: 0x$disk_number
unit: sectors
start=$((first_mib * 2048)), size=$((boot_mib * 2048)), type=c, bootable
start=$((root_first_mib * 2048)), size=$((root_mib * 2048)), type=83
start=$((data_first_mib * 2048)), size=$((data_mib * 2048)), type=83
TABLE
}

# make_boot_partition IMAGE FOLDER: FAT32 with what lies in FOLDER.
make_boot_partition() {
  local at="$1@@$((first_mib * mebibyte))"
  # Clusters of 1 KiB: of larger ones there are too few for a FAT32 of this size.
  mkfs.vfat -F 32 -s 2 -n VGBOOT -i "$disk_number" --offset $((first_mib * 2048)) "$1" $((boot_mib * 1024)) || return 1
  (cd "$2" && MTOOLS_SKIP_CHECK=1 mcopy -i "$at" -s -m -Q ./* ::)
}

# make_linux_partition IMAGE FIRST_MIB SIZE_MIB LABEL FOLDER [OPTION…]: ext4 with what lies in FOLDER, owners and all.
make_linux_partition() {
  local image=$1 first=$2 size=$3 label=$4 folder=$5
  shift 5
  # Blocks of 4 kB and their number of inodes also where it is small as yet.
  mke2fs -q -F -t ext4 -T default -b 4096 -m 0 -L "$label" -E "offset=$((first * mebibyte)),lazy_itable_init=0,nodiscard" "$@" \
    -d "$folder" "$image" "${size}M"
}
