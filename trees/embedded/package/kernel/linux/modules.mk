# The kernel's modules as packages, under OpenWrt's names:
#   name | modules | packages it needs | modules to load at boot
# Modules that only serve others need not be named: a package brings along what
# its modules need and the packages below it have not. Most modules are loaded
# when somebody asks the kernel for what they do; the last column is for those
# that nobody asks for by name.
KMODS := \
 8021q|8021q|-|- \
 ata-ahci|ahci|ata-core|- \
 ata-core|libata|scsi-core|- \
 ata-piix|ata_piix+ata_generic|ata-core|- \
 block-nbd|nbd|-|- \
 bonding|bonding|-|- \
 br-netfilter|br_netfilter|bridge|br_netfilter \
 bridge|bridge|-|- \
 dummy|dummy|-|- \
 ena|ena|-|ena \
 fs-ext4|ext4|-|- \
 fs-isofs|isofs|-|- \
 fs-overlay|overlay|-|- \
 fs-squashfs|squashfs|-|- \
 fs-vfat|vfat+nls_cp437+nls_iso8859-1|-|- \
 fuse|fuse|-|- \
 geneve|geneve|udptunnel4+udptunnel6|- \
 gre|ip_gre|iptunnel|- \
 hyperv-net|hv_netvsc|-|hv_netvsc \
 ifb|ifb|-|- \
 inet-diag|inet_diag+tcp_diag+udp_diag+raw_diag|-|- \
 inet-mptcp-diag|mptcp_diag|inet-diag|- \
 ip6-tunnel|ip6_tunnel|iptunnel6|- \
 ipip|ipip|iptunnel|- \
 iptunnel|ip_tunnel|-|- \
 iptunnel6|tunnel6|-|- \
 ipvlan|ipvlan|-|- \
 ixgbevf|ixgbevf|-|ixgbevf \
 l2tp|l2tp_netlink|udptunnel4+udptunnel6|- \
 l2tp-eth|l2tp_eth|l2tp|- \
 loop|loop|-|loop \
 macvlan|macvlan|-|- \
 mlx4-core|mlx4_en|-|mlx4_en \
 netem|sch_netem|sched-core|- \
 netlink-diag|netlink_diag|-|- \
 nf-conntrack|nf_conntrack|-|nf_conntrack \
 nf-conntrack-netlink|nf_conntrack_netlink|nf-conntrack+nfnetlink|- \
 nf-flow|nf_flow_table+nf_flow_table_inet|nf-conntrack+nft-core|- \
 nf-log|nf_log_syslog|-|- \
 nf-nat|nf_nat|nf-conntrack|- \
 nf-nathelper|nf_conntrack_ftp+nf_nat_ftp|nf-nat|- \
 nf-nathelper-extra|nf_conntrack_pptp+nf_nat_pptp+nf_conntrack_sip+nf_nat_sip+nf_conntrack_tftp+nf_nat_tftp+nf_conntrack_h323+nf_nat_h323+nf_conntrack_irc+nf_nat_irc|nf-nat|- \
 nf-reject|nf_reject_ipv4+nf_reject_ipv6|-|- \
 nf-socket|nf_socket_ipv4+nf_socket_ipv6|-|- \
 nf-tproxy|nf_tproxy_ipv4+nf_tproxy_ipv6|-|- \
 nfnetlink|nfnetlink|-|- \
 nfnetlink-log|nfnetlink_log|nfnetlink|- \
 nfnetlink-queue|nfnetlink_queue|nfnetlink|- \
 nft-bridge|nft_meta_bridge+nft_reject_bridge|nft-core|- \
 nft-compat|nft_compat|nft-core|- \
 nft-connlimit|nft_connlimit|nft-core|- \
 nft-core|nf_tables+nft_ct+nft_hash+nft_limit+nft_log+nft_numgen+nft_quota+nft_redir+nft_reject+nft_reject_ipv4+nft_reject_ipv6+nft_reject_inet|nfnetlink+nf-reject+nf-conntrack+nf-nat+nf-log|- \
 nft-fib|nft_fib+nft_fib_ipv4+nft_fib_ipv6+nft_fib_inet|nft-core|- \
 nft-nat|nft_nat+nft_chain_nat+nft_masq|nft-core+nf-nat|- \
 nft-netdev|nft_dup_netdev+nft_fwd_netdev|nft-core|- \
 nft-offload|nft_flow_offload|nf-flow+nft-nat|- \
 nft-queue|nft_queue|nft-core+nfnetlink-queue|- \
 nft-socket|nft_socket|nft-core+nf-socket|- \
 nft-tproxy|nft_tproxy|nft-core+nf-tproxy|- \
 nft-xfrm|nft_xfrm|nft-core|- \
 nvme|nvme|-|- \
 random-virtio|virtio-rng|-|virtio_rng \
 sched|sch_prio+sch_red+sch_sfq+sch_codel+sch_fq+sch_pie+sch_fq_pie+sch_teql+sch_multiq+act_pedit+act_simple+act_csum+em_cmp+em_nbyte+em_meta+em_text|sched-core|- \
 sched-cake|sch_cake|sched-core|- \
 sched-connmark|act_connmark|sched-core+nf-conntrack|- \
 sched-core|sch_ingress+sch_htb+sch_hfsc+sch_tbf+sch_fq+cls_u32+cls_fw+cls_flow+cls_basic+cls_route+cls_matchall+em_u32+act_gact+act_mirred+act_skbedit+act_police|-|- \
 sched-ctinfo|act_ctinfo|sched-core+nf-conntrack|- \
 sched-flower|cls_flower|sched-core|- \
 scsi-core|scsi_mod+sd_mod|-|- \
 sit|sit|iptunnel|- \
 softdog|softdog|-|- \
 tcp-bbr|tcp_bbr|-|- \
 tls|tls|-|- \
 tun|tun|-|tun \
 udptunnel4|udp_tunnel|-|- \
 udptunnel6|ip6_udp_tunnel|-|- \
 unix-diag|unix_diag|-|- \
 veth|veth|-|- \
 virtio-blk|virtio_blk|-|- \
 virtio-net|virtio_net|-|virtio_net \
 virtio-scsi|virtio_scsi|scsi-core|- \
 vmxnet3|vmxnet3|-|vmxnet3 \
 vrf|vrf|-|- \
 vxlan|vxlan|udptunnel4+udptunnel6|- \
 wireguard|wireguard|udptunnel4+udptunnel6|- \
 xen-net|xen-netfront|-|xen_netfront

# What the initramfs must have to reach the root file system.
BOOT_MODULES := virtio_blk virtio_scsi ahci ata_piix ata_generic sd_mod nvme vmw_pvscsi hv_storvsc xen-blkfront
