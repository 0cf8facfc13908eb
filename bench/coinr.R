# The same work as bench/measure.py in COINr, timed here; called by it, with its inputs in a folder.
#
#   Rscript coinr.R FOLDER RUNS
#
# Reads asem_data.csv, asem_meta.csv, large_data.csv, large_meta.csv and copeland.csv; prints one
# "name seconds" a line (of the processor), and writes the scores so that both sides can be compared.

suppressMessages(library(COINr))
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
runs <- as.integer(arguments[2])

read_table <- function(name) {
  read.csv(file.path(folder, paste0(name, ".csv")), stringsAsFactors = FALSE, check.names = FALSE)
}

build <- function(data, meta) {
  suppressMessages({
    coin <- new_coin(data, meta, level_names = c("Indicator", "Pillar", "Sub-index", "Index"))
    coin <- Denominate(coin, dset = "Raw")
    coin <- Screen(coin, dset = "Denominated", unit_screen = "byNA", dat_thresh = 0.66)
    coin <- Impute(coin, dset = "Screened", f_i = "i_mean_grp", use_group = "Region_group")
    coin <- Treat(coin, dset = "Imputed", global_specs = list(f1_para = list(winmax = 5)))
    coin <- Normalise(coin, dset = "Treated",
                      global_specs = list(f_n = "n_minmax", f_n_para = list(c(0, 100))))
    Aggregate(coin, dset = "Normalised", f_ag = "a_amean")
  })
}

timed <- function(name, work) {
  used <- system.time(found <- work())
  cat(name, used[["user.self"]] + used[["sys.self"]], "\n")  # of the processor: fair on a busy machine
  invisible(found)
}

write_scores <- function(coin, name) {
  write.csv(coin$Data$Aggregated[c("uCode", "Index")], file.path(folder, paste0(name, ".csv")),
            row.names = FALSE)
}

specifications <- function(coin) {
  noise <- data.frame(Level = 1:3, NoiseFactor = rep(0.25, 3))
  weights <- get_noisy_weights(coin$Meta$Weights$Original, noise, Nrep = 100)
  scales <- list(list(f_n = "n_minmax", f_n_para = list(c(1, 100))),
                 list(f_n = "n_zscore", f_n_para = list(c(200, 10))))
  list(
    Winmax = list(Address = "$Log$Treat$global_specs$f1_para$winmax", Distribution = 1:5,
                  Type = "discrete"),
    Normalisation = list(Address = "$Log$Normalise$global_specs", Distribution = scales,
                         Type = "discrete"),
    Weights = list(Address = "$Log$Aggregate$w", Distribution = weights, Type = "discrete"),
    Aggregation = list(Address = "$Log$Aggregate$f_ag", Distribution = c("a_amean", "a_gmean"),
                       Type = "discrete")
  )
}

small_data <- read_table("asem_data")
small_meta <- read_table("asem_meta")
invisible(build(small_data, small_meta))  # the first call compiles
small <- timed("asem_build", function() build(small_data, small_meta))
write_scores(small, "asem_scores_r")

large_data <- read_table("large_data")
large_meta <- read_table("large_meta")
large <- timed("large_build", function() build(large_data, large_meta))
write_scores(large, "large_scores_r")

set.seed(1)
timed("asem_runs", function() {
  suppressMessages(get_sensitivity(small, specifications(small), N = runs, SA_type = "UA",
                                   dset = "Aggregated", iCode = "Index", quietly = TRUE,
                                   check_addresses = FALSE))
})

criteria <- read_table("copeland")
scores <- timed("copeland", function() a_copeland(criteria, rep(1, ncol(criteria))))
write.csv(data.frame(score = scores), file.path(folder, "copeland_r.csv"), row.names = FALSE)
