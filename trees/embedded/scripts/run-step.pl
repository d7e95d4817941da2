#!/usr/bin/env perl
# Runs one make of one directory: announces it, measures it, logs it, and says
# which package it was when it fails.
#
# run-step.pl --path package/x --target compile [--variant v] [--verbose] [--log-dir logs] -- command...
use strict;
use warnings;
use Errno;
use File::Path qw(make_path);
use Getopt::Long qw(GetOptions);
use Time::HiRes qw(time);

my ($path, $target, $variant, $verbose, $log_dir) = ('', '', '', 0, '');
GetOptions(
	'path=s' => \$path,
	'target=s' => \$target,
	'variant=s' => \$variant,
	'verbose' => \$verbose,
	'log-dir=s' => \$log_dir,
) or exit 2;

# Descriptor 8 is the terminal where descriptor 1 has been silenced.
my $terminal;
if (!$verbose) {
	open $terminal, '>&=', 8 or undef $terminal;
}

my $subdir = (split m{/}, $path)[0];
my $step = join '/', grep { length } $path, $variant, $target;

exit main();

sub main {
	announce(sprintf ' make[%d] -C %s %s', $ENV{MAKELEVEL} || 1, shown_path(), $target) unless $verbose;

	my $started = time;
	my @before = times;
	my $status = $log_dir ? run_logged() : run_plain();
	my @after = times;

	if ($verbose) {
		$| = 1;
		printf "time: %s#%.2f#%.2f#%.2f\n", $step, $after[2] - $before[2], $after[3] - $before[3], time - $started;
	}
	return 0 if $status == 0;

	my $error = "    ERROR: $path failed to build" . ($variant ? " (build variant: $variant)" : '') . '.';
	announce($error);
	append_error($error) if $log_dir;
	return 1;
}

# A feed's package is a link below package/feeds: make names the real place.
sub shown_path {
	return $path unless -l $path;
	require Cwd;
	my $real = Cwd::realpath($path) // $path;
	my $top = Cwd::realpath('.');
	$real =~ s{^\Q$top\E/}{};
	return $real;
}

sub announce {
	my ($line) = @_;
	syswrite $terminal // \*STDOUT, "$line\n";
	return;
}

sub run_plain {
	my $pid = fork // die "fork: $!\n";
	if ($pid == 0) {
		exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\n";
	}
	end_with($pid);
	1 while waitpid($pid, 0) == -1 && $!{EINTR};
	return exit_status($?);
}

# A terminal's Ctrl-C reaches the make below as well: wait for it. Other signals
# may have been sent to this process alone: pass them on.
sub end_with {
	my ($pid) = @_;
	$SIG{INT} = 'IGNORE';
	$SIG{TERM} = $SIG{HUP} = sub { kill $_[0], $pid };
	return;
}

# The log is the package's own output, whole and not interleaved.
sub run_logged {
	my $dir = join '/', grep { length } $log_dir, $path, $variant;
	make_path($dir);
	open my $log, '>', "$dir/$target.txt" or die "$dir/$target.txt: $!\n";

	my $pid = open(my $output, '-|') // die "fork: $!\n";
	if ($pid == 0) {
		open STDERR, '>&', \*STDOUT or die "dup: $!\n";
		exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\n";
	}
	end_with($pid);
	while (1) {
		my $got = sysread $output, my $chunk, 65536;
		next if !defined $got && $!{EINTR};
		last unless $got;
		syswrite $log, $chunk;
		syswrite STDOUT, $chunk;
	}
	close $output;
	return exit_status($?);
}

sub exit_status {
	my ($raw) = @_;
	return 127 if $raw == -1;
	if (my $signal = $raw & 127) {
		# Killed together with us by Ctrl-C: die of the same signal, quietly.
		if ($signal == 2 || $signal == 15) {
			$SIG{INT} = $SIG{TERM} = 'DEFAULT';
			kill $signal, $$;
		}
		return 128 + $signal;
	}
	return $raw >> 8;
}

sub append_error {
	my ($line) = @_;
	make_path("$log_dir/$subdir");
	open my $file, '>>', "$log_dir/$subdir/error.txt" or return;
	print {$file} "$line\n";
	return;
}
