#!/usr/bin/env perl
# config.pl defconfig [y|m|n]  completes .config: defaults, selects, and without what cannot be;
#                       with an answer, new packages get it
# config.pl check       warns when .config is not what defconfig would make of it
# config.pl diff        what .config says beyond the defaults
use strict;
use warnings;
use File::Basename qw(dirname);
use lib dirname(__FILE__) . '/lib';
use Dotconfig qw(read_dotconfig);
use Kconfig qw(load_kconfig evaluate render_config recursive_dependencies);
use Metadata qw(parse_packageinfo read_text write_text);
use PackageConfig qw(package_kconfig);

my %verbs = (defconfig => \&defconfig, check => \&check, diff => \&diff);
my $action = $verbs{ $ARGV[0] // '' } or die "usage: config.pl defconfig|check|diff\n";
exit $action->();

sub load {
	my $info = parse_packageinfo(read_text('tmp/.packageinfo') // '');
	write_text('tmp/.config-package.in', package_kconfig($info, default_packages()));
	return load_kconfig('Config.in');
}

# One name a line; "#" begins a remark.
sub default_packages {
	my $text = read_text('target/linux/default-packages') // '';
	$text =~ s/#.*//mg;
	return { map { $_ => 1 } split ' ', $text };
}

sub defconfig {
	my $answer = $ARGV[1] // '';
	my $tree = load();
	print STDERR recursive_dependencies($tree);
	my $before = read_text('.config');
	my $wanted = read_dotconfig('.config');
	set_new_packages($tree, $wanted, $answer) if $answer =~ /^[ymn]\z/;
	my $after = render_config($tree, evaluate($tree, $wanted));
	write_text('.config.old', $before) if defined $before && $before ne $after;
	if (write_text('.config', $after)) {
		print "#\n# configuration written to .config\n#\n";
	}
	else {
		print "#\n# No change to .config\n#\n";
	}
	# The order of building depends on what is selected.
	return system("$^X", dirname(__FILE__) . '/package-metadata.pl', 'mk', '--quiet') == 0 ? 0 : 1;
}

# "feeds install -d": packages that .config does not know yet get this answer.
sub set_new_packages {
	my ($tree, $wanted, $answer) = @_;
	for my $name (grep { /^PACKAGE_/ } keys %{ $tree->{symbols} }) {
		$wanted->{$name} //= $answer;
	}
	return;
}

sub check {
	my $tree = load();
	my $wanted = evaluate($tree, read_dotconfig('.config'));
	my $now = read_dotconfig('.config');
	for my $name (keys %$wanted) {
		next unless $wanted->{$name}{written};
		next if exists $now->{$name} && $now->{$name} eq $wanted->{$name}{value};
		print STDERR "WARNING: your configuration is out of sync. Please run make menuconfig, oldconfig or defconfig!\n";
		last;
	}
	return 0;
}

sub diff {
	my $tree = load();
	my $now = read_dotconfig('.config');
	my %target = map { $_ => $now->{$_} } grep { /^TARGET_x86/ } keys %$now;
	my $default = evaluate($tree, \%target);
	my $mine = evaluate($tree, $now);
	for my $line (split /\n/, render_config($tree, $mine)) {
		my ($name) = $line =~ /^(?:# )?CONFIG_([^=\s]+)(?:=| is not set)/ or next;
		my $is_target = $name =~ /^TARGET_x86(?:_64(?:_DEVICE_generic)?)?\z/;
		next if !$is_target && $default->{$name}{value} eq $mine->{$name}{value};
		print "$line\n";
	}
	return 0;
}
