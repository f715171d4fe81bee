from benchmarks.training.run import DEFAULT, EPOCHS, Run, component_seconds, epoch_seconds, report_of

LOG = """2026-11-24 15:00:00 INFO     rasa.engine.training.hooks  - Starting to train component 'DIETClassifier'.
Epochs:   0%|          | 0/3 [00:00<?, ?it/s]
Epochs:  33%|###3      | 1/3 [00:30<01:00, 30.00s/it, t_loss=5.0, i_acc=0.1]
Epochs:  67%|######7   | 2/3 [00:50<00:25, 25.00s/it, t_loss=5.0, i_acc=0.2]
Epochs: 100%|##########| 3/3 [01:10<00:00, 23.00s/it, t_loss=4.0, i_acc=0.3]
2026-11-24 15:02:00 INFO     rasa.engine.training.hooks  - Finished training component 'DIETClassifier'.
""".splitlines()


def test_an_epoch_costs_what_those_after_the_first_took():
    assert epoch_seconds(LOG) == {"DIETClassifier": 20.0}
    assert component_seconds(LOG) == {"DIETClassifier": 120.0}


def test_the_default_epochs_are_extrapolated_and_all_else_counts_once():
    ours = Run(40.0, 900, {}, {})
    stock = Run(200.0, 5000, component_seconds(LOG), epoch_seconds(LOG))
    report = report_of(ours, ours, stock, 0.5)
    expected_s = 200 + (DEFAULT - EPOCHS) * 20
    assert report["stock_on_that_share"]["seconds_of_100_epochs"] == expected_s
    assert report["bars"]["times_faster"]["value"] == expected_s / 40
