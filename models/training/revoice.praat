# Gives a recording another vocal tract and pitch; the timing stays, so that cutting marks remain valid.
# praat --run revoice.praat IN.wav OUT.wav FORMANT_RATIO PITCH_MEDIAN_HZ PITCH_RANGE_FACTOR
form Revoice
    text input
    text output
    real formant_ratio 1.0
    real pitch_median 0
    real pitch_range 1.0
endform
sound = Read from file: input$
changed = Change gender: 75, 600, formant_ratio, pitch_median, pitch_range, 1.0
Scale peak: 0.9
Save as WAV file: output$
